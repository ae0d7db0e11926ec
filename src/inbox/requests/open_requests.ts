import {
  getRequest,
  LISTED_REQUESTS,
  listRequests,
  type PlatformRequest,
  type RequestThread,
} from "../../platform/api/requests.ts";
import type { PlatformClient } from "../../platform/client/client.ts";
import { PlatformError } from "../../platform/errors/platform_error.ts";

/** Of so many requests, the newest that something was asked about, the threads are read each time. */
const MAX_THREADS = 10;

/** What waits for an answer of this workspace. */
export interface OpenRequests {
  /** The oldest first. */
  readonly requests: readonly PlatformRequest[];
  /** Of those that something was asked about: the platform tells an agent of no answer. */
  readonly threads: readonly RequestThread[];
  /** Whether these are all that there are; the platform lists only the newest. */
  readonly complete: boolean;
}

/** What hears of the reading. */
export interface ReadingListener {
  /** Before each call to the platform. */
  onRequest(): void;
  /** What was written to this request cannot be read, which is no reason to hide all others. */
  onUnreadable(requestId: string, error: PlatformError): void;
}

/** Reads the inbox of requests (src/platform/API.md, "How a request reaches the asked"). */
export class OpenRequestReader {
  readonly #client: PlatformClient;
  readonly #listener: ReadingListener;
  /** Whether the newest of all statuses are too many, so that it takes a call for each that is open. */
  #hasLongHistory = false;

  constructor(client: PlatformClient, listener: ReadingListener) {
    this.#client = client;
    this.#listener = listener;
  }

  /** @throws {PlatformError} */
  async read(signal: AbortSignal): Promise<OpenRequests> {
    const { pending, asked } = await this.#lists(signal);
    const threads: RequestThread[] = [];
    for (const { id } of asked.slice(0, MAX_THREADS)) {
      const thread = await this.#thread(id, signal);
      if (thread) threads.push(thread);
    }
    const own = this.#client.workspace.id;
    // Reversed, because those of one millisecond stay in this order.
    const oldestFirst = [...pending.toReversed(), ...asked.toReversed()];
    const open = new Map(oldestFirst.map((request) => [request.id, request]));
    return {
      // One that the workspace has raised to itself is left out: nobody can answer it.
      requests: [...open.values()].filter(({ requester }) => requester.id !== own)
        .sort((one, other) => Date.parse(one.createdAt) - Date.parse(other.createdAt)),
      threads,
      complete: pending.length < LISTED_REQUESTS && asked.length < LISTED_REQUESTS,
    };
  }

  async #lists(signal: AbortSignal): Promise<Record<"pending" | "asked", PlatformRequest[]>> {
    if (!this.#hasLongHistory) {
      const all = await this.#list(undefined, signal);
      const of = (wanted: string) => all.filter(({ status }) => status === wanted);
      if (all.length < LISTED_REQUESTS) {
        return { pending: of("pending"), asked: of("info_requested") };
      }
      this.#hasLongHistory = true;
    }
    // In this order: one that changes in between is in both, not in neither.
    const pending = await this.#list("pending", signal);
    return { pending, asked: await this.#list("info_requested", signal) };
  }

  async #list(status: string | undefined, signal: AbortSignal): Promise<PlatformRequest[]> {
    this.#listener.onRequest();
    return await listRequests(this.#client, "inbox", status, signal);
  }

  /** @returns undefined when it is gone meanwhile, or cannot be read */
  async #thread(id: string, signal: AbortSignal): Promise<RequestThread | undefined> {
    this.#listener.onRequest();
    try {
      return await getRequest(this.#client, id, signal);
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      const { kind } = error;
      const isGone = kind === "not_found" || kind === "forbidden";
      if (!isGone && kind !== "malformed") throw error;
      if (!isGone) this.#listener.onUnreadable(id, error);
      return undefined;
    }
  }
}
