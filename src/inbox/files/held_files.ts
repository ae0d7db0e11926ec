import type { RowRef } from "../state/delivery_snapshot.ts";
import { BoundedMap } from "../../lib/bounded_map.ts";

/** How long a file waits for the message that names it. */
export const HOLD_MS = 5_000;
/** Timers and clocks may differ by a moment. */
const MARGIN_MS = 10;
/** Files remembered at most; one that is forgotten waits once more. */
const MAX_KNOWN = 2_000;

/** A fetched page, as far as waiting needs it. */
export interface PageTimes {
  /** When it was asked for, on the clock of `now`. */
  readonly askedAtMs: number;
  /** RFC 3339: when its last row was made. */
  readonly lastAt: string;
}

/**
 * Received files that wait for the message that names them: the canvas uploads, waits for the answer
 * and only then sends the message, and the two are one to the agent. In memory only: after a restart
 * a file waits anew, as its row comes again.
 */
export class HeldFiles {
  readonly #now: () => number;
  /** When the file was met first, by its row's id. */
  readonly #sinceMs = new BoundedMap<string, number>(MAX_KNOWN);

  /** @param now a monotonic clock in milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  now(): number {
    return this.#now();
  }

  /** Whether the file was met before and not forgotten. */
  knows(id: string): boolean {
    return this.#sinceMs.has(id);
  }

  /**
   * Whether a file that no message of the page names goes on waiting. Only a page that was asked for
   * after its time can end its wait, or rows that are so much younger.
   */
  holds({ id, createdAt }: RowRef, { askedAtMs, lastAt }: PageTimes): boolean {
    const sinceMs = this.#sinceMs.get(id) ?? this.#note(id);
    const youngerMs = Date.parse(lastAt) - Date.parse(createdAt);
    return askedAtMs - sinceMs < HOLD_MS && !(youngerMs >= HOLD_MS);
  }

  /** Milliseconds until a page is worth asking for that may end the file's wait. */
  leftMs(id: string): number {
    const sinceMs = this.#sinceMs.get(id) ?? this.#now();
    return Math.max(0, sinceMs + HOLD_MS + MARGIN_MS - this.#now());
  }

  /** The file was handed out, or its message was. */
  forget(id: string): void {
    this.#sinceMs.delete(id);
  }

  #note(id: string): number {
    const nowMs = this.#now();
    this.#sinceMs.set(id, nowMs);
    return nowMs;
  }
}
