import { isOpenRequest, listRequests, type PlatformRequest } from "../../platform/api/requests.ts";
import { decisionOf } from "./request_words.ts";
import type { PlatformClient } from "../../platform/client/client.ts";
import type { ToldDecisions } from "./told_decisions.ts";

/** How long the platform has to hand out its own row: the list says it sooner. */
const ROW_MS = 3 * 60_000;
/** How long this process has to record that it was the agent itself that cancelled one. */
const OWN_CANCEL_MS = 30_000;

/** What the search needs. */
export interface MissedDecisionsOptions {
  readonly client: PlatformClient;
  readonly told: ToldDecisions;
  /** A monotonic clock in milliseconds. */
  readonly now?: () => number;
}

/**
 * Finds decisions of which no row tells: the platform notes that it could not queue one, and no more;
 * that somebody cancelled a request it tells nobody (src/platform/API.md, "How an answer reaches the
 * asker").
 */
export class MissedDecisions {
  readonly #options: MissedDecisionsOptions;
  readonly #now: () => number;
  /** Requests whose end was not told yet: since when that is known here. */
  readonly #untold = new Map<string, number>();
  /** The requests of the last look that are open. */
  #open: readonly string[] = [];
  /** By the row's id: the request whose decision it holds. It waits to be popped. */
  readonly #rows = new Map<string, string>();

  constructor(options: MissedDecisionsOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** A row with a decision was queued. */
  rowArrived(rowId: string, requestId: string): void {
    this.#rows.set(rowId, requestId);
  }

  /**
   * A row is about to be popped: records its decision, if it holds one.
   *
   * @throws the file system's errors
   */
  async rowHandled(rowId: string): Promise<void> {
    const requestId = this.#rows.get(rowId);
    if (requestId === undefined) return;
    await this.#options.told.add(requestId);
    this.#rows.delete(rowId);
  }

  /** What the last look saw: requests that are open, and ends that are not told yet. */
  get pending(): readonly string[] {
    return [...this.#open, ...[...this.#untold.keys()].map((id) => `ended ${id}`)];
  }

  /**
   * Looks through what the workspace raised.
   *
   * @returns those whose decision should have come as a row by now, and those that somebody else
   * cancelled, the oldest first
   * @throws {PlatformError}
   */
  async look(signal: AbortSignal): Promise<readonly PlatformRequest[]> {
    const { client, told } = this.#options;
    const raised = await listRequests(client, "raised", undefined, signal);
    this.#open = raised.filter(isOpenRequest).map(({ id }) => id);
    const ended = raised.filter(({ status }) => graceMs(status) !== undefined);
    if (!told.begun) {
      await told.begin(ended.map(({ id }) => id));
      return [];
    }
    told.listed(new Set(raised.map(({ id }) => id)));
    const rows = new Set(this.#rows.values());
    const untold = ended.filter(({ id }) => !told.isOld(id) && !told.has(id) && !rows.has(id));
    const ids = new Set(untold.map(({ id }) => id));
    for (const id of this.#untold.keys()) if (!ids.has(id)) this.#untold.delete(id);
    const nowMs = this.#now();
    const missed = untold.filter(({ id, status }) => {
      const knownSinceMs = this.#untold.get(id) ?? nowMs;
      this.#untold.set(id, knownSinceMs);
      return nowMs - knownSinceMs >= (graceMs(status) ?? Infinity);
    });
    return missed.toReversed();
  }
}

/** How long the end of a request may be known before it is told; undefined: that is no end. */
function graceMs(status: string): number | undefined {
  if (decisionOf(status) !== undefined) return ROW_MS;
  return status === "cancelled" ? OWN_CANCEL_MS : undefined;
}
