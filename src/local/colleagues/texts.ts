const SHORT_UNITS = 60;
const LONG_UNITS = 4_000;

/** A text as it fits into a line of the map. */
export function shortened(text: string): string {
  return cut(text.replaceAll(/\s+/g, " ").trim(), SHORT_UNITS);
}

/** A text as it is repeated. */
export function quoted(text: string): string {
  return cut(text, LONG_UNITS);
}

function cut(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}
