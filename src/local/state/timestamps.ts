/**
 * Time as the platform keeps it: microseconds since the epoch, shown as RFC 3339 in UTC.
 *
 * @module
 */

/** Microseconds since the Unix epoch. An integer; safe in a double until the year 2255. */
export type Micros = number;

const MICROS_PER_MS = 1_000;
const RFC3339 =
  /^(\d{4}-\d{2}-\d{2})T((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d+))?(Z|[+-]\d{2}:\d{2})$/;

/** Formats as the platform does: UTC, trailing zeros of the fraction left out. */
export function formatTimestamp(micros: Micros): string {
  const seconds = new Date(Math.floor(micros / 1e6) * 1_000).toISOString().slice(0, 19);
  const fraction = String(micros % 1e6).padStart(6, "0").replace(/0+$/, "");
  return fraction === "" ? `${seconds}Z` : `${seconds}.${fraction}Z`;
}

/** Formats a nullable column. */
export function formatOptional(micros: Micros | null): string | null {
  return micros === null ? null : formatTimestamp(micros);
}

/**
 * Parses an RFC 3339 timestamp as the platform does: upper case only, only days that
 * the month has, no leap second; digits below a microsecond are cut. Null when it is not one.
 */
export function parseTimestamp(text: string): Micros | null {
  const match = RFC3339.exec(text);
  if (!match) return null;
  const [, date, time, fraction = "", zone = "Z"] = match;
  const day = Date.parse(`${date}T00:00:00Z`);
  // JavaScript takes 30 February for 2 March.
  if (Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== date) return null;
  const ms = Date.parse(`${date}T${time}${zone}`);
  if (Number.isNaN(ms)) return null;
  return ms * MICROS_PER_MS + Number(fraction.padEnd(6, "0").slice(0, 6));
}

/**
 * The platform's clock. Stamps are strictly increasing, so that no two rows share the key they are
 * ordered by (the platform's `since_id` would skip a row stored in the cursor's microsecond).
 */
export class Clock {
  #last: Micros = 0;

  /** @param nowMs Milliseconds since the epoch; injectable so that a test decides what time it is */
  constructor(readonly nowMs: () => number) {}

  /** The current time, larger than every stamp before it. */
  stamp(): Micros {
    this.#last = Math.max(Math.floor(this.nowMs() * MICROS_PER_MS), this.#last + 1);
    return this.#last;
  }

  /** The current time in microseconds, without taking a stamp. */
  nowMicros(): Micros {
    return Math.floor(this.nowMs() * MICROS_PER_MS);
  }
}
