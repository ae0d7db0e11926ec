/** What a numeric setting must satisfy. */
export interface NumberRule {
  readonly integer?: boolean;
  readonly min?: number;
  /** Exclusive lower bound. */
  readonly above?: number;
}

/** A numeric setting; anything that breaks the rule is noticed and replaced by the default. */
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
  const fits = Number.isFinite(number) && (!rule.integer || Number.isInteger(number)) &&
    (rule.min === undefined || number >= rule.min) &&
    (rule.above === undefined || number > rule.above);
  if (fits) return number;
  const bound = rule.min === undefined ? `above ${rule.above}` : `of at least ${rule.min}`;
  notices.push(
    `Ignoring ${name}: expected a ${rule.integer ? "whole " : ""}number ${bound}, got ${
      JSON.stringify(text.slice(0, 40))
    }; using ${fallback}`,
  );
  return fallback;
}
