import type { RowRef } from "../state/delivery_snapshot.ts";
import { BoundedMap } from "../../lib/bounded_map.ts";

/** How long a file waits for a message that names it. */
export const HOLD_MS = 5_000;
/** Timers and clocks may differ slightly. */
const MARGIN_MS = 10;
/** How many files are remembered; one that is forgotten waits again. */
const MAX_KNOWN = 2_000;

/** The parts of a fetched page that matter for waiting. */
export interface PageTimes {
  /** When it was asked for, on the clock of `now`. */
  readonly askedAtMs: number;
  /** RFC 3339: when its last row was made. */
  readonly lastAt: string;
}

/**
 * Received files that wait for a message that names them: the canvas uploads a file, waits for the
 * answer and only then sends the message; the agent should get both as one. In memory only: after a
 * restart a file waits again, since its row is fetched again.
 */
export class HeldFiles {
  readonly #now: () => number;
  /** When each file was first seen, by its row's id. */
  readonly #sinceMs = new BoundedMap<string, number>(MAX_KNOWN);

  /** @param now a monotonic clock in milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  now(): number {
    return this.#now();
  }

  /** Whether the file was seen before and not forgotten. */
  knows(id: string): boolean {
    return this.#sinceMs.has(id);
  }

  /**
   * Whether a file that no message on the page names goes on waiting. The wait ends only with a
   * page requested after the file's time was up, or with rows that much younger than the file's.
   */
  holds({ id, createdAt }: RowRef, { askedAtMs, lastAt }: PageTimes): boolean {
    const sinceMs = this.#sinceMs.get(id) ?? this.#note(id);
    const youngerMs = Date.parse(lastAt) - Date.parse(createdAt);
    return askedAtMs - sinceMs < HOLD_MS && !(youngerMs >= HOLD_MS);
  }

  /** Milliseconds until fetching a page may end the file's wait. */
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
