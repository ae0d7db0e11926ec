const UNITS: readonly (readonly [milliseconds: number, name: string])[] = [
  [24 * 60 * 60_000, "d"],
  [60 * 60_000, "h"],
  [60_000, "min"],
];

/** A duration in its largest unit that makes two or more of it, such as `90 s`, `12 min` or `3 d`. */
export function duration(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  const [unitMs, name] = UNITS.find(([unitMs]) => ms >= 2 * unitMs) ?? [1000, "s"];
  return `${Math.floor(ms / unitMs)} ${name}`;
}
