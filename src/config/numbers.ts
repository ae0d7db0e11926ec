import { quoteValue } from "./quote_value.ts";

/** What a numeric setting must satisfy. */
export interface NumberRule {
  readonly integer?: boolean;
  readonly min?: number;
  /** Exclusive lower bound. */
  readonly above?: number;
  readonly max?: number;
}

/** A numeric setting; anything that breaks the rule is reported and replaced by the default. */
export function numberOr(
  value: (name: string) => string | undefined,
  name: string,
  fallback: number,
  rule: NumberRule,
  notices: string[],
): number {
  const text = value(name);
  if (text === undefined) return fallback;
  const number = Number(text);
  const { integer = false, min = -Infinity, above = -Infinity, max = Infinity } = rule;
  const fits = Number.isFinite(number) && (!integer || Number.isInteger(number)) &&
    number >= min && number > above && number <= max;
  if (fits) return number;
  notices.push(
    `Ignoring ${name}: expected ${describe(rule)}, got ${quoteValue(text)}; using ${fallback}`,
  );
  return fallback;
}

function describe({ integer, min, above, max }: NumberRule): string {
  const bounds = [
    ...(min === undefined ? [] : [`at least ${min}`]),
    ...(above === undefined ? [] : [`above ${above}`]),
    ...(max === undefined ? [] : [`at most ${max}`]),
  ];
  const kind = integer ? "a whole number" : "a number";
  return bounds.length === 0 ? kind : `${kind} ${bounds.join(" and ")}`;
}
