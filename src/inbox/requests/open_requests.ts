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

/**
 * Reads the inbox of requests (src/platform/API.md, "How a request reaches the asked").
 *
 * @param onRequest called before each call to the platform
 * @throws {PlatformError}
 */
export async function readOpenRequests(
  client: PlatformClient,
  signal: AbortSignal,
  onRequest: () => void,
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
    const thread = await threadOf(client, id, signal);
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

/** @returns undefined when it is gone meanwhile */
async function threadOf(
  client: PlatformClient,
  id: string,
  signal: AbortSignal,
): Promise<RequestThread | undefined> {
  try {
    return await getRequest(client, id, signal);
  } catch (error) {
    const isGone = error instanceof PlatformError &&
      (error.kind === "not_found" || error.kind === "forbidden");
    if (isGone) return undefined;
    throw error;
  }
}
