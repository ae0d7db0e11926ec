import type { PlatformClient } from "../../../src/platform/client/client.ts";
import type { A2aReply } from "../../../src/platform/api/a2a_reply.ts";
import { PlatformError } from "../../../src/platform/errors/platform_error.ts";
import { sendTask, type SendTaskOptions } from "../../../src/tools/delegation/send_task.ts";
import type { Fault, LocalPlatform } from "../../../src/local/start.ts";
import type { Team } from "../team.ts";

const SETTINGS = {
  viaQueue: false,
  pollBudgetMs: 300_000,
  totalBudgetMs: 600_000,
  readTimeoutMs: 300_000,
  maxAttempts: 5,
};

/** One send with a clock that only sleeping moves, and chance that is none. */
export class Send {
  readonly delays: number[] = [];
  readonly options: SendTaskOptions;
  #nowMs = 0;

  constructor(options: Partial<SendTaskOptions> = {}, settings: Partial<typeof SETTINGS> = {}) {
    this.options = {
      messageId: crypto.randomUUID(),
      settings: { ...SETTINGS, ...settings },
      signal: new AbortController().signal,
      random: () => 0.5,
      now: () => this.#nowMs,
      sleep: (durationMs) => {
        this.delays.push(durationMs);
        this.#nowMs += durationMs;
        return Promise.resolve();
      },
      ...options,
    };
  }

  run(client: PlatformClient, peerId: string): Promise<A2aReply> {
    return sendTask(client, peerId, "Count the boats", this.options);
  }

  async failure(client: PlatformClient, peerId: string): Promise<PlatformError> {
    try {
      await this.run(client, peerId);
    } catch (error) {
      if (error instanceof PlatformError) return error;
      throw error;
    }
    throw new Error("The task is expected not to be answered");
  }
}

/** The client of the agent's only workspace. */
export function clientOf({ agent }: Pick<Team, "agent">): PlatformClient {
  return agent.router.primary.client;
}

/** The calls of the proxy that the platform received. */
export function sends(platform: LocalPlatform) {
  return platform.requests.filter(({ path }) => path.endsWith("/a2a"));
}

/** Answers so many calls of the proxy in its place. */
export function proxyAnswers(count: number, answer: () => Response): Fault {
  return ({ path }) => path.endsWith("/a2a") && count-- > 0 ? answer() : undefined;
}

/** The proxy's answer when nobody listens at the agent's URL. */
export const unreachable = () =>
  Response.json({ error: "failed to reach workspace agent" }, { status: 502 });
