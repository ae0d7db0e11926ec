/**
 * Whether one RFC 3339 time is before another, to the last digit: `Date` only has milliseconds, and
 * rows are microseconds apart. A time that is unreadable, or not in UTC as the platform writes it,
 * is never before another.
 */
export function isBefore(time: string, other: string): boolean {
  const left = sortKey(time);
  const right = sortKey(other);
  return left !== undefined && right !== undefined && left < right;
}

/** A UTC time as text that sorts by time, to the nanosecond. */
function sortKey(time: string): string | undefined {
  const match = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?Z$/.exec(time);
  return match ? `${match[1]}.${(match[2] ?? "").padEnd(9, "0")}` : undefined;
}

/** The time plus a microsecond, to the last digit; an unreadable time is returned as it is. */
export function oneMicrosecondLater(time: string): string {
  const match = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/.exec(
    time,
  );
  if (!match) return time;
  const [, seconds = "", fraction = "", zone = "Z"] = match;
  const micros = Number(fraction.padEnd(6, "0").slice(0, 6)) + 1;
  if (micros < 1_000_000) return `${seconds}.${String(micros).padStart(6, "0")}${zone}`;
  const nextMs = Date.parse(`${seconds}${zone}`) + 1000;
  return Number.isNaN(nextMs) ? time : new Date(nextMs).toISOString();
}
