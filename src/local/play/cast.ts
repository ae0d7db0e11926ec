/**
 * Who plays: three agents inside this process, in workspaces of their own, so that nobody else's work
 * is disturbed.
 *
 * @module
 */
import { AgentClient } from "../colleagues/agent_client.ts";
import { Heart } from "../colleagues/heart.ts";
import { Inbox } from "../colleagues/inbox.ts";
import { type InboxMessage, messageIn } from "../colleagues/message.ts";
import { startPushServer } from "../colleagues/push_server.ts";
import { sleep } from "../../lib/sleep.ts";
import type { LocalPlatform } from "../local_platform.ts";
import { createOrFind } from "../team.ts";
import { prose } from "./script.ts";

const LEAD_ID = "10ca1000-0000-4000-8000-000000000010";
const RESEARCHER_ID = "10ca1000-0000-4000-8000-000000000011";
const WRITER_ID = "10ca1000-0000-4000-8000-000000000012";
const POLL_MS = 50;
const PATIENCE_MS = 10_000;

/** An agent that fetches its messages. */
export class Actor {
  readonly #inbox: Inbox;

  constructor(readonly client: AgentClient, readonly heart: Heart) {
    this.#inbox = new Inbox(client);
  }

  get id(): string {
    return this.client.id;
  }

  /** Leaves what an earlier performance left in the inbox. */
  async forget(): Promise<void> {
    for (const { seq } of await this.#inbox.next() ?? []) await this.#inbox.done(seq);
  }

  /** Waits for a message. @param from Its writer; null: the user. @returns undefined: none came */
  async receive(from: string | null): Promise<InboxMessage | undefined> {
    for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += POLL_MS) {
      for (const { seq, message } of await this.#inbox.next() ?? []) {
        await this.#inbox.done(seq);
        if (message.from === from) return message;
      }
      if (this.client.signal.aborted) break;
      await sleep(POLL_MS, this.client.signal);
    }
    return undefined;
  }

  /**
   * Waits for a notice of the platform, which comes after a heartbeat.
   *
   * @param messageId How its id begins
   * @returns Whether it came
   */
  async isNotified(messageId: string): Promise<boolean> {
    for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += POLL_MS) {
      await this.heart.beat();
      const rows = await this.client.activity();
      const ids = Array.isArray(rows) ? rows.map((row) => messageIn(row.request_body)?.id) : [];
      if (ids.some((id) => id?.startsWith(messageId))) return true;
      if (this.client.signal.aborted) break;
      await sleep(POLL_MS, this.client.signal);
    }
    return false;
  }
}

/** The agents of a performance. */
export interface Cast extends AsyncDisposable {
  readonly platform: LocalPlatform;
  readonly lead: Actor;
  readonly researcher: Actor;
  readonly writerId: string;
}

/** Brings them onto the stage. @throws {Error} when the platform does not let one in */
export async function castOf(platform: LocalPlatform, signal: AbortSignal): Promise<Cast> {
  const opened: AsyncDisposable[] = [];
  const close = async () => {
    for (const resource of opened.reverse()) await resource[Symbol.asyncDispose]();
  };
  const join = async (
    workspace: { id: string; name: string; role: string; parentId?: string },
    isCalled: boolean,
  ): Promise<Actor> => {
    const client = new AgentClient(platform, await createOrFind(platform, workspace), signal);
    opened.push({ [Symbol.asyncDispose]: () => Promise.resolve(client[Symbol.dispose]()) });
    const server = isCalled
      ? startPushServer(() => heart.secret, ({ text }) => Promise.resolve(prose(text)))
      : undefined;
    if (server) opened.push(server);
    const card = { name: workspace.name, description: workspace.role };
    const heart: Heart = new Heart(
      client,
      card,
      server ? { mode: "push", url: server.url } : {
        mode: "poll",
      },
    );
    if (!await heart.enter()) throw new Error(`the platform did not let ${workspace.name} in`);
    return new Actor(client, heart);
  };
  try {
    const lead = await join({ id: LEAD_ID, name: "Stage lead", role: "leads the play" }, false);
    const below = { parentId: LEAD_ID };
    const researcher = await join({
      id: RESEARCHER_ID,
      name: "Stage researcher",
      role: "looks things up in the play",
      ...below,
    }, false);
    const writer = await join({
      id: WRITER_ID,
      name: "Stage writer",
      role: "turns notes into prose in the play",
      ...below,
    }, true);
    for (const actor of [lead, researcher]) {
      await actor.forget();
      // Closed first: whatever step was the last, nobody stays busy.
      opened.push({ [Symbol.asyncDispose]: async () => void await actor.heart.rest() });
    }
    return { platform, lead, researcher, writerId: writer.id, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}
