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

/**
 * Reads the inbox of requests (src/platform/API.md, "How a request reaches the asked").
 *
 * @throws {PlatformError}
 */
export async function readOpenRequests(
  client: PlatformClient,
  signal: AbortSignal,
  { onRequest, onUnreadable }: ReadingListener,
): Promise<OpenRequests> {
  const list = async (status: string) => {
    onRequest();
    return await listRequests(client, "inbox", status, signal);
  };
  // In this order: one that changes in between is in both, not in neither.
  const pending = await list("pending");
  const asked = await list("info_requested");
  const threads: RequestThread[] = [];
  for (const { id } of asked.slice(0, MAX_THREADS)) {
    onRequest();
    const thread = await threadOf(client, id, signal, onUnreadable);
    if (thread) threads.push(thread);
  }
  // Reversed, because those of one millisecond stay in this order.
  const oldestFirst = [...pending.toReversed(), ...asked.toReversed()];
  const open = new Map(oldestFirst.map((request) => [request.id, request]));
  return {
    // One that the workspace has raised to itself is left out: nobody can answer it.
    requests: [...open.values()].filter(({ requester }) => requester.id !== client.workspace.id)
      .sort((one, other) => Date.parse(one.createdAt) - Date.parse(other.createdAt)),
    threads,
    complete: pending.length < LISTED_REQUESTS && asked.length < LISTED_REQUESTS,
  };
}

/** @returns undefined when it is gone meanwhile, or cannot be read */
async function threadOf(
  client: PlatformClient,
  id: string,
  signal: AbortSignal,
  onUnreadable: ReadingListener["onUnreadable"],
): Promise<RequestThread | undefined> {
  try {
    return await getRequest(client, id, signal);
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    const { kind } = error;
    const isGone = kind === "not_found" || kind === "forbidden";
    if (!isGone && kind !== "malformed") throw error;
    if (!isGone) onUnreadable(id, error);
    return undefined;
  }
}
