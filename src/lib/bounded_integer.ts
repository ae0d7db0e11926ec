/** The least and the most of a number that comes from outside. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/**
 * A number from outside: rounded, and held within the bounds, so that it can be a timer's or a
 * loop's whatever was sent.
 *
 * @returns undefined for anything but a number, and for NaN
 */
export function boundedInteger(value: unknown, { min, max }: Bounds): number | undefined {
  if (typeof value !== "number" || Number.isNaN(value)) return undefined;
  // The zero makes no difference but to -0.
  return Math.min(Math.max(Math.round(value), min), max) + 0;
}

/** The same for what is only worth anything as it was sent: undefined also beyond the bounds. */
export function integerWithin(value: unknown, bounds: Bounds): number | undefined {
  const number = boundedInteger(value, bounds);
  return number === value ? number : undefined;
}
