import { wrap } from "./wrap.ts";

/** The columns that are left to a text beside its label; with less it goes below it. */
const NARROWEST = 30;
const BELOW = "      ";

/**
 * Lines of two columns, each text broken within its own.
 *
 * @param width in columns; undefined: nothing is broken
 */
export function rows(
  pairs: readonly (readonly [label: string, text: string])[],
  width: number | undefined,
): string[] {
  const widest = Math.max(...pairs.map(([label]) => label.length));
  const indent = " ".repeat(widest + 4);
  const isBelow = width !== undefined && width - indent.length < NARROWEST;
  return pairs.map(([label, text]) =>
    isBelow
      ? `  ${label}\n${BELOW}${wrap(text, width, BELOW, BELOW.length)}`
      : `  ${label.padEnd(widest)}  ${wrap(text, width, indent, indent.length)}`
  );
}
