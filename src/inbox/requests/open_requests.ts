import {
  getRequest,
  isWorkspace,
  LISTED_REQUESTS,
  listRequests,
  type PlatformRequest,
  type RequestThread,
} from "../../platform/api/requests.ts";
import type { PlatformClient } from "../../platform/client/client.ts";
import { PlatformError, type PlatformErrorKind } from "../../platform/errors/platform_error.ts";

/** Of so many requests, the newest that something was asked about, the threads are read each time. */
const MAX_THREADS = 10;

/** What the platform answers for one that it does not know any more. */
const GONE: ReadonlySet<PlatformErrorKind> = new Set(["not_found", "forbidden"]);
/** Failures that may be one request's alone. */
const OF_ONE_REQUEST: ReadonlySet<PlatformErrorKind> = new Set([
  ...GONE,
  "malformed",
  "server",
  "timed_out",
]);

/** What waits for an answer of this workspace. */
export interface OpenRequests {
  /** The oldest first. */
  readonly requests: readonly PlatformRequest[];
  /** The newest of those that something was asked about. */
  readonly asked: readonly PlatformRequest[];
  /** Whether these are all that there are; the platform lists only the newest. */
  readonly complete: boolean;
}

/** What was written to this request cannot be read, which is no reason to hide all others. */
export type OnUnreadable = (requestId: string, error: PlatformError) => void;

/** Reads the inbox of requests (src/platform/API.md, "How a request reaches the asked"). */
export class OpenRequestReader {
  readonly #client: PlatformClient;
  readonly #onUnreadable: OnUnreadable;
  /** Whether the newest of all statuses are too many, so that it takes a call for each that is open. */
  #hasLongHistory = false;

  constructor(client: PlatformClient, onUnreadable: OnUnreadable) {
    this.#client = client;
    this.#onUnreadable = onUnreadable;
  }

  /** @throws {PlatformError} */
  async read(signal: AbortSignal): Promise<OpenRequests> {
    const { pending, asked } = await this.#lists(signal);
    // Reversed, because those of one millisecond stay in this order.
    const oldestFirst = [...pending.toReversed(), ...asked.toReversed()];
    const open = new Map(oldestFirst.map((request) => [request.id, request]));
    // One that the workspace has raised to itself is left out: nobody can answer it.
    const isOthers = ({ requester }: PlatformRequest) =>
      !isWorkspace(requester, this.#client.workspace.id);
    return {
      requests: [...open.values()].filter(isOthers)
        .sort((one, other) => Date.parse(one.createdAt) - Date.parse(other.createdAt)),
      asked: asked.filter(isOthers).slice(0, MAX_THREADS),
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
    return await listRequests(this.#client, "inbox", status, signal);
  }

  /**
   * Reads these requests with what was written to them: the platform tells an agent of no answer. One
   * after the other, since each may hold many megabytes. Those that are gone are left out.
   *
   * @throws {PlatformError} an outage at once; that a single one failed on the platform's side at the
   * end
   */
  async *threads(
    requestIds: Iterable<string>,
    signal: AbortSignal,
  ): AsyncGenerator<RequestThread, void, undefined> {
    let failure: PlatformError | undefined;
    for (const id of requestIds) {
      try {
        yield await getRequest(this.#client, id, signal);
      } catch (error) {
        if (!(error instanceof PlatformError)) throw error;
        const { kind } = error;
        if (!OF_ONE_REQUEST.has(kind)) throw error;
        if (GONE.has(kind)) continue;
        if (kind === "malformed") this.#onUnreadable(id, error);
        else failure ??= error;
      }
    }
    if (failure) throw failure;
  }

  /**
   * Reads a request that is not listed as open.
   *
   * @throws {PlatformError} an outage
   */
  async unlisted(
    requestId: string,
    signal: AbortSignal,
  ): Promise<PlatformRequest | "gone" | "unreadable"> {
    try {
      return (await getRequest(this.#client, requestId, signal)).request;
    } catch (error) {
      if (!(error instanceof PlatformError) || !OF_ONE_REQUEST.has(error.kind)) throw error;
      return GONE.has(error.kind) ? "gone" : "unreadable";
    }
  }
}
