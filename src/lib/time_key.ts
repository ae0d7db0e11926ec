/**
 * An RFC 3339 time in UTC as text that sorts by time, to the nanosecond: `Date` only has milliseconds,
 * and the times themselves do not sort as text, since the platform leaves trailing zeros out (`.12Z`
 * is before `.123Z`).
 *
 * @returns undefined for a time that is unreadable, or not in UTC as the platform writes it
 */
export function timeKey(time: string): string | undefined {
  const match = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?Z$/.exec(time);
  return match ? `${match[1]}.${(match[2] ?? "").padEnd(9, "0")}` : undefined;
}

/** For a list with the latest first; times that cannot be read come last. */
export function latestFirst(one: string, other: string): number {
  const [left = "", right = ""] = [timeKey(one), timeKey(other)];
  return left === right ? 0 : left < right ? 1 : -1;
}
