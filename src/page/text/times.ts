const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The page is in English, with a clock of 24 hours. */
const LOCALE = "en-GB";
const clock = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit" });
const clockWithSeconds = new Intl.DateTimeFormat(LOCALE, { timeStyle: "medium" });
const day = new Intl.DateTimeFormat(LOCALE, { weekday: "long", day: "numeric", month: "long" });
const dayOfYear = new Intl.DateTimeFormat(LOCALE, { dateStyle: "long" });
const whole = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "medium" });

/** How long ago something was: `just now`, `2 min ago`. @param at RFC 3339 */
export function ago(at: string, nowMs: number): string {
  const passedMs = nowMs - Date.parse(at);
  if (Number.isNaN(passedMs)) return "at an unknown time";
  // The clocks of the browser and the platform are the same, but a moment passes between them.
  if (passedMs < 10 * SECOND_MS) return "just now";
  if (passedMs < MINUTE_MS) return `${Math.floor(passedMs / SECOND_MS)} s ago`;
  if (passedMs < HOUR_MS) return `${Math.floor(passedMs / MINUTE_MS)} min ago`;
  if (passedMs < DAY_MS) return `${Math.floor(passedMs / HOUR_MS)} h ago`;
  const days = Math.floor(passedMs / DAY_MS);
  return days === 1 ? "yesterday" : `${days} days ago`;
}

/** `14:02` */
export function timeOfDay(at: string): string {
  return formatted(clock, at);
}

/** `14:02:31` */
export function timeWithSeconds(at: string): string {
  return formatted(clockWithSeconds, at);
}

/** `28 Nov 2026, 14:02:31` */
export function dateAndTime(at: string): string {
  return formatted(whole, at);
}

/** `Today`, `Yesterday`, `Monday 23 November`, `2 March 2025`. */
export function dayName(at: string, nowMs: number): string {
  const date = new Date(at);
  const now = new Date(nowMs);
  if (isSameDay(date, now)) return "Today";
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (isSameDay(date, yesterday)) return "Yesterday";
  return formatted(date.getFullYear() === now.getFullYear() ? day : dayOfYear, at);
}

/** Whether both are on one day, where the browser is. */
export function isOnSameDay(first: string, second: string): boolean {
  return isSameDay(new Date(first), new Date(second));
}

/** `350 ms`, `1.2 s`, `3 min` */
export function duration(ms: number): string {
  if (ms < SECOND_MS) return `${Math.round(ms)} ms`;
  if (ms < MINUTE_MS) return `${(ms / SECOND_MS).toFixed(1)} s`;
  return `${Math.round(ms / MINUTE_MS)} min`;
}

function isSameDay(first: Date, second: Date): boolean {
  return first.toDateString() === second.toDateString();
}

function formatted(format: Intl.DateTimeFormat, at: string): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? "unknown time" : format.format(date);
}

/**
 * For a list with the latest first. The platform's times, in UTC, sort as text but for the `Z` at their
 * end: it leaves trailing zeros out, and `.12Z` is before `.123Z`.
 */
export function latestFirst(one: string, other: string): number {
  const [left, right] = [one.replace(/Z$/, ""), other.replace(/Z$/, "")];
  return left === right ? 0 : left < right ? 1 : -1;
}
