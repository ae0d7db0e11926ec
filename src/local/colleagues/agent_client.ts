/**
 * The platform's HTTP API as one agent uses it, with its token.
 *
 * @module
 */
import { backoffMs } from "../../lib/backoff.ts";
import { followSignal } from "../../lib/follow_signal.ts";
import { sleep } from "../../lib/sleep.ts";
import type { LocalPlatform } from "../local_platform.ts";
import { sha256Hex } from "../state/ids.ts";
import { isObject, type Json, type JsonObject, parseJson } from "../state/json.ts";

/** An answer; the status 0: none came. */
export interface Answer {
  readonly status: number;
  readonly body: Json | undefined;
}

/** What an agent says of itself with a heartbeat. */
export interface Doing {
  readonly activeTasks: number;
  readonly currentTask: string;
}

/** How an agent is reached. */
export type Reach =
  | { readonly mode: "poll" }
  | { readonly mode: "push"; readonly url: string };

const TIMEOUT_MS = 30_000;
const ATTEMPTS = 60;
const BACKOFF = { firstMs: 250, longestMs: 10_000 };
const NO_ANSWER: Answer = { status: 0, body: undefined };

/** Calls the platform until its signal fires; a call never throws. */
export class AgentClient implements Disposable {
  readonly id: string;
  readonly signal: AbortSignal;
  readonly #platform: LocalPlatform;
  readonly #http = Deno.createHttpClient({ poolMaxIdlePerHost: 1 });
  #token: string;

  constructor(
    platform: LocalPlatform,
    { id, token }: { readonly id: string; readonly token: string },
    signal: AbortSignal,
  ) {
    this.id = id;
    this.signal = signal;
    this.#platform = platform;
    this.#token = token;
  }

  /** Says that the agent is there. @returns The answer, with the secret for calls of the platform */
  register(name: string, description: string, reach: Reach): Promise<Answer> {
    const url = reach.mode === "push" ? reach.url : "";
    return this.call("POST", "/registry/register", {
      id: this.id,
      url,
      delivery_mode: reach.mode,
      agent_card: { name, description, version: "1.0.0", ...(url !== "" && { url }) },
    });
  }

  heartbeat({ activeTasks, currentTask }: Doing): Promise<Answer> {
    return this.call("POST", "/registry/heartbeat", {
      workspace_id: this.id,
      active_tasks: activeTasks,
      current_task: currentTask,
    });
  }

  /** The rows of its own activity log: those after `sinceId`, else the newest; oldest first. */
  async activity(sinceId?: string): Promise<JsonObject[] | Answer> {
    const query = sinceId === undefined ? "limit=100" : `limit=100&since_id=${sinceId}`;
    const answer = await this.call("GET", this.path(`/activity?${query}`));
    if (answer.status !== 200 || !Array.isArray(answer.body)) return answer;
    const rows = answer.body.filter(isObject);
    return sinceId === undefined ? rows.reverse() : rows;
  }

  /** Writes to another workspace. @param inReplyTo The message that this answers */
  send(
    targetId: string,
    text: string,
    { inReplyTo, messageId = crypto.randomUUID() }: { inReplyTo?: string; messageId?: string } = {},
  ): Promise<Answer> {
    const message = { role: "user", messageId, parts: [{ kind: "text", text }] };
    const metadata: JsonObject = inReplyTo === undefined ? {} : { in_reply_to: inReplyTo };
    return this.call("POST", `/workspaces/${targetId}/a2a`, {
      jsonrpc: "2.0",
      id: crypto.randomUUID(),
      method: "message/send",
      params: { message, metadata },
    });
  }

  /** Writes to the user. */
  notify(message: string): Promise<Answer> {
    return this.call("POST", this.path("/notify"), { message });
  }

  /** A path below the agent's own workspace. */
  path(rest: string): string {
    return `/workspaces/${this.id}${rest}`;
  }

  /** Calls until the platform takes it, refuses it for good, or much time has passed. */
  async persist(call: () => Promise<Answer>): Promise<Answer> {
    let answer = NO_ANSWER;
    for (let failures = 1; failures <= ATTEMPTS; failures++) {
      answer = await call();
      if (this.signal.aborted || !mayPass(answer)) return answer;
      await this.pause(failures);
    }
    return answer;
  }

  /** Waits after a number of failures in a row, at least 1. */
  async pause(failures: number): Promise<void> {
    await sleep(backoffMs(BACKOFF, failures), this.signal);
  }

  async call(method: "GET" | "POST" | "DELETE", path: string, body?: JsonObject): Promise<Answer> {
    const answer = await this.#callOnce(method, path, body);
    if (answer.status === 401) await this.#renewToken();
    return answer;
  }

  async #callOnce(method: string, path: string, body: JsonObject | undefined): Promise<Answer> {
    if (this.signal.aborted) return NO_ANSWER;
    const abort = new AbortController();
    const unfollow = followSignal(abort, this.signal);
    const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
    try {
      const response = await fetch(this.#platform.url + path, {
        method,
        headers: {
          Authorization: `Bearer ${this.#token}`,
          "X-Workspace-ID": this.id,
          ...(body && { "Content-Type": "application/json" }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal: abort.signal,
        client: this.#http,
      });
      return { status: response.status, body: parseJson(await response.text()) };
    } catch {
      return NO_ANSWER; // Cut, out of time, or the end: the caller tries again, or not.
    } finally {
      clearTimeout(timer);
      unfollow();
    }
  }

  /** A 401 also means that the database is away: only a token that was revoked is replaced. */
  async #renewToken(): Promise<void> {
    try {
      const { store } = this.#platform;
      if (store.workspace(this.id)?.status === "removed") return;
      if (store.liveTokenByHash(await sha256Hex(this.#token))) return;
      if (!this.signal.aborted) this.#token = await this.#platform.createToken(this.id);
    } catch {
      // The store itself fails: the next refusal leads here again.
    }
  }

  [Symbol.dispose](): void {
    this.#http.close();
  }
}

/** Whether the same call may succeed later. */
function mayPass({ status }: Answer): boolean {
  return status === 0 || status === 401 || status === 429 || status >= 500;
}
