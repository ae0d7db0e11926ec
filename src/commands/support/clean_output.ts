/** What `colorsFor` writes (colors.ts): bold, dim, red, green, yellow, and the ends of these. */
const OWN_COLOUR = String.raw`\x1b\[(?:1|2|22|31|32|33|39)m`;
/** Controls but line feed and tab, and what turns the direction of text around. */
const CONTROL = String.raw`[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]`;
const COLOUR_OR_CONTROL = new RegExp(`(${OWN_COLOUR})|${CONTROL}`, "g");
const ALONE = new RegExp(CONTROL, "g");

/**
 * Text without what a terminal obeys: the name of a folder or a file may hold it too.
 *
 * @param isColoured whether the codes of this program's own colours stay
 */
export function cleanOutput(text: string, isColoured: boolean): string {
  return text.replace(
    COLOUR_OR_CONTROL,
    (_match, own: string | undefined) => own !== undefined && isColoured ? own : "",
  );
}

/** The same for JSON, which has a way to write these: nothing is lost. */
export function escapeControls(json: string): string {
  return json.replace(
    ALONE,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
