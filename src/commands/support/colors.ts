import { styleText } from "node:util";

/** Colours and weights of a terminal; each leaves the text as it is where there is no colour. */
export type Colors = Readonly<Record<"bold" | "dim" | "red" | "green" | "yellow", Paint>>;
type Paint = (text: string) => string;

/**
 * Built into Deno. (An npm package would be bundled in the form that browsers get, which is without
 * colour.)
 *
 * @param isColoured decided before: by the stream and NO_COLOR (terminal.ts)
 */
export function colorsFor(isColoured: boolean): Colors {
  const paint = (style: keyof Colors): Paint => (text) =>
    isColoured ? styleText(style, text, { validateStream: false }) : text;
  return {
    bold: paint("bold"),
    dim: paint("dim"),
    red: paint("red"),
    green: paint("green"),
    yellow: paint("yellow"),
  };
}
