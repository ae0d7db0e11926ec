const DAY_MS = 24 * 60 * 60_000;
const UNITS: readonly (readonly [milliseconds: number, name: string])[] = [
  [DAY_MS, "d"],
  [60 * 60_000, "h"],
  [60_000, "min"],
];
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** A duration in its largest unit that makes two or more of it, such as `90 s`, `12 min` or `3 d`. */
export function duration(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  const [unitMs, name] = UNITS.find(([unitMs]) => ms >= 2 * unitMs) ?? [1000, "s"];
  return `${Math.floor(ms / unitMs)} ${name}`;
}

/**
 * A time for people: its age and the local time, with the date when it is older than a day, such as
 * `3 min ago (14:05)` or `4 d ago (24 Nov 2026, 14:05)`.
 *
 * @param time RFC 3339
 */
export function timeText(time: string, nowMs: number): string {
  return `${duration(nowMs - Date.parse(time))} ago (${localTime(time, nowMs)})`;
}

/** The local time alone, with the date when it is further away than a day. */
function localTime(time: string, nowMs: number): string {
  const date = new Date(time);
  const clock = [date.getHours(), date.getMinutes()].map((n) => `${n}`.padStart(2, "0")).join(":");
  // A time to come is that of a clock that was set back.
  if (Math.abs(nowMs - date.getTime()) < DAY_MS) return clock;
  return `${date.getDate()} ${MONTHS[date.getMonth()]} ${date.getFullYear()}, ${clock}`;
}

/** A server's words, in which its times are this machine's local time. */
export function withLocalTimes(text: string, nowMs: number): string {
  return text.replace(
    /\b(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.\d+)?(?: UTC|Z)/g,
    (whole, day, time) => {
      const said = `${day}T${time}Z`;
      return Number.isNaN(Date.parse(said)) ? whole : localTime(said, nowMs);
    },
  );
}
