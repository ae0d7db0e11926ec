import { listRequests, type PlatformRequest } from "../../platform/api/requests.ts";
import { decisionOf } from "./request_words.ts";
import type { PlatformClient } from "../../platform/client/client.ts";
import { isBefore } from "../state/row_time.ts";
import type { ToldDecisions } from "./told_decisions.ts";

/** How long the platform has to hand out its own row: the list says it sooner. */
const GRACE_MS = 3 * 60_000;

/** The time before which nothing was decided. */
const NONE_YET = "";

/** What the search needs. */
export interface MissedDecisionsOptions {
  readonly client: PlatformClient;
  readonly told: ToldDecisions;
  /** A monotonic clock in milliseconds. */
  readonly now?: () => number;
}

/**
 * Finds decisions of which no row tells: the platform notes that it could not queue one, and no more
 * (src/platform/API.md, "How an answer reaches the asker").
 */
export class MissedDecisions {
  readonly #options: MissedDecisionsOptions;
  readonly #now: () => number;
  /** Requests with a decision that was not told yet: since when that is known here. */
  readonly #open = new Map<string, number>();
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

  /**
   * Looks through what the workspace raised.
   *
   * @returns those whose decision should have come as a row by now, the oldest first
   * @throws {PlatformError}
   */
  async look(signal: AbortSignal): Promise<readonly PlatformRequest[]> {
    const { client, told } = this.#options;
    const decided = (await listRequests(client, "raised", undefined, signal))
      .filter((request) =>
        request.respondedAt !== undefined && decisionOf(request.status) !== undefined
      );
    const { since } = told;
    if (since === undefined) {
      await told.begin(newestOf(decided));
      return [];
    }
    const rows = new Set(this.#rows.values());
    const untold = decided.filter(({ id, respondedAt = "" }) =>
      (since === NONE_YET || isBefore(since, respondedAt)) && !told.has(id) && !rows.has(id)
    );
    const ids = new Set(untold.map(({ id }) => id));
    for (const id of this.#open.keys()) if (!ids.has(id)) this.#open.delete(id);
    const nowMs = this.#now();
    const missed = untold.filter(({ id }) => {
      const knownSinceMs = this.#open.get(id) ?? nowMs;
      this.#open.set(id, knownSinceMs);
      return nowMs - knownSinceMs >= GRACE_MS;
    });
    return missed.toReversed();
  }
}

function newestOf(decided: readonly PlatformRequest[]): string {
  return decided.reduce(
    (newest, { respondedAt = "" }) =>
      newest === NONE_YET || isBefore(newest, respondedAt) ? respondedAt : newest,
    NONE_YET,
  );
}
