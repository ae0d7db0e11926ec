/**
 * Whether one RFC 3339 time is before another, to the last digit: `Date` knows milliseconds only,
 * and rows are microseconds apart. A time that is unreadable, or not in UTC as the platform writes
 * it, is never before another.
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
