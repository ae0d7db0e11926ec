import { type ActivityQuery, listActivity } from "../../platform/api/activity.ts";
import type { PlatformClient } from "../../platform/client/client.ts";
import { PlatformError } from "../../platform/errors/platform_error.ts";
import { ReplyTooLargeError } from "../../platform/client/read_text.ts";
import type { BackwardScan } from "./backward_scan.ts";

/** The platform's own limit for one answer (src/platform/API.md, "Read the activity log"). */
const MAX_ROWS = 500;
/** Its default limit: an answer with fewer rows than this was not cut. */
const DEFAULT_ROWS = 100;

/**
 * For a single row: a message may have 16 MiB, and JSON needs six characters for each escaped one.
 * With a lower limit, one such message would stop the inbox for ever.
 */
const MAX_ROW_BYTES = 128 * 1024 * 1024;

/** The rows of one answer in the platform's order, and whether there may be more. */
export interface RowAnswer {
  readonly rows: readonly unknown[];
  readonly full: boolean;
}

/**
 * Asks for rows of every type, since messages and broadcasts have different types and a call
 * accepts only one (src/platform/API.md, "What a row means"). An answer has up to 500 rows, or
 * fewer while these exceed a call's limits of size and time, so that a backlog of long messages
 * does not stop the inbox for ever.
 */
export class RowPages {
  /** A fetch by time that failed halfway: see `rowsSince`. */
  unfinished: BackwardScan | undefined;
  readonly #client: PlatformClient;
  readonly #onRequest: () => void;
  #limit = MAX_ROWS;

  /** @param onRequest called before each request */
  constructor(client: PlatformClient, onRequest: () => void = () => {}) {
    this.#client = client;
    this.#onRequest = onRequest;
  }

  /**
   * @param wanted how many rows can be used; at least the platform's default, at most 500
   * @throws {PlatformError}
   */
  async fetch(
    query: Pick<ActivityQuery, "sinceId" | "sinceSecs" | "beforeTs">,
    signal: AbortSignal,
    wanted = MAX_ROWS,
  ): Promise<RowAnswer> {
    while (true) {
      const limit = Math.min(this.#limit, Math.max(wanted, DEFAULT_ROWS));
      this.#onRequest();
      try {
        const rows = await listActivity(
          this.#client,
          {
            ...query,
            limit,
            includePeerInfo: true,
            maxReplyBytes: limit === 1 ? MAX_ROW_BYTES : undefined,
          },
          signal,
        );
        this.#limit = Math.min(Math.max(this.#limit, limit * 2), MAX_ROWS);
        return { rows, full: rows.length >= Math.min(limit, DEFAULT_ROWS) };
      } catch (error) {
        const tooLarge = isTooLarge(error);
        if (tooLarge || isTimeout(error)) this.#limit = Math.ceil(limit / 4);
        if (!tooLarge || limit === 1) throw error;
      }
    }
  }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof PlatformError && error.cause instanceof ReplyTooLargeError;
}

function isTimeout(error: unknown): boolean {
  return error instanceof PlatformError && error.kind === "timed_out";
}
