/**
 * The colleagues of the first organisation, alive in this process: agents as any others, which use
 * the platform's HTTP API with their tokens.
 *
 * @module
 */
import type { LocalPlatform } from "../local_platform.ts";
import type { Colleague } from "../team.ts";
import { AgentClient } from "./agent_client.ts";
import { lookUp, UNKNOWN } from "./almanac.ts";
import { Archivist } from "./archivist.ts";
import { Echo } from "./echo.ts";
import { Heart } from "./heart.ts";
import { runPolling } from "./poll_colleague.ts";
import { startPushServer } from "./push_server.ts";
import type { Message } from "./message.ts";

/** Of {@linkcode startColleagues}; everything has a default. */
export interface ColleagueOptions {
  /** Between two heartbeats. Default 20,000. */
  readonly heartbeatMs?: number;
  /** Between two looks into the inbox of the one that polls. Default 1,000. */
  readonly pollMs?: number;
  /** How long a task of the slow one takes. Default 6,000. */
  readonly workMs?: number;
  /** Between two looks of it at what the user has not decided. Default 2,000. */
  readonly lookMs?: number;
}

/** Colleagues that are there. */
export interface Colleagues extends AsyncDisposable {
  readonly members: readonly Colleague[];
}

/** What runs, and what has to be closed behind it. */
interface Running {
  readonly ends: Promise<void>[];
  readonly close: () => Promise<void>;
}

/**
 * Starts them. Each has tried to register when the promise resolves; after a failure it goes on
 * trying. They are to be disposed of before the platform is closed, and leave nothing.
 *
 * @param platform With `allowLoopbackUrls`: two of them are called
 * @param members Of `createOrganisation`
 */
export async function startColleagues(
  platform: LocalPlatform,
  members: readonly Colleague[],
  options: ColleagueOptions = {},
): Promise<Colleagues> {
  const stop = new AbortController();
  const tried: Promise<void>[] = [];
  const running = members.map((member) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    tried.push(promise);
    return start(platform, member, options, stop.signal, resolve);
  });
  await Promise.all(tried);
  return {
    members,
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await Promise.all(running.flatMap(({ ends }) => ends));
      await Promise.all(running.map(({ close }) => close()));
    },
  };
}

function start(
  platform: LocalPlatform,
  member: Colleague,
  { heartbeatMs = 20_000, pollMs = 1_000, workMs = 6_000, lookMs = 2_000 }: ColleagueOptions,
  signal: AbortSignal,
  onTried: () => void,
): Running {
  const client = new AgentClient(platform, member, signal);
  const card = { name: member.name, description: member.role };
  if (member.kind === "researcher") {
    const heart = new Heart(client, card, { mode: "poll" });
    const work = (question: string) => {
      const text = lookUp(question);
      return { text, isDone: text !== UNKNOWN };
    };
    const ends = [heart.run(heartbeatMs, onTried), runPolling(client, heart, work, pollMs)];
    return { ends, close: () => Promise.resolve(client[Symbol.dispose]()) };
  }
  const server = startPushServer(() => heart.secret, (message) => agent.called(message));
  const heart = new Heart(client, card, { mode: "push", url: server.url });
  const agent: Called = member.kind === "echo"
    ? new Echo(client)
    : new Archivist(client, heart, workMs, lookMs);
  const begin = () => {
    agent.begin?.();
    onTried();
  };
  return {
    ends: [heart.run(heartbeatMs, begin)],
    close: async () => {
      await server[Symbol.asyncDispose](); // No call begins anew; then what was begun.
      await agent.idle();
      client[Symbol.dispose]();
    },
  };
}

/** An agent that is called. */
interface Called {
  /** Called once it has tried to register. */
  begin?(): void;
  called(message: Message): Promise<string | undefined>;
  idle(): Promise<void>;
}
