/**
 * Ordinary text out of any text (src/README.md, "Untrusted text").
 *
 * What goes is what a reader cannot see but a model or a terminal may obey: controls, text
 * direction, zero-width and tag characters. What is needed to write a language or an emoji stays,
 * and words are never rewritten. Where an invisible character has a use, it stays in the place
 * where it has that use and nowhere else: one ZWJ inside an emoji, one ZWNJ after a Persian letter.
 *
 * Not kept, since each has a plain form that reads the same: soft hyphens, direction marks, and the
 * layout controls of hieroglyphs, musical beams and shorthand.
 *
 * @module
 */
import { once } from "../../lib/once.ts";

/** Everything invisible, unassigned for good, or half a character. Visible "format" signs are not. */
const HIDDEN = String
  .raw`[[\p{Cc}\p{Cf}\p{Cs}\p{DI}\p{Noncharacter_Code_Point}]--[\n\t\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}]]`;

/** Letters and marks of the scripts whose spelling or shaping depends on joiners. */
const JOINING = String
  .raw`[[[\p{scx=Arab}\p{scx=Syrc}\p{scx=Nkoo}\p{scx=Mand}\p{scx=Mong}\p{scx=Phag}\p{scx=Adlm}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Tibt}\p{scx=Mymr}\p{scx=Khmr}\p{scx=Bali}\p{scx=Java}\p{scx=Gran}\p{scx=Newa}\p{scx=Tirh}\p{scx=Brah}]&&[\p{L}\p{M}]]--\p{DI}]`;

/**
 * The places where a hidden character belongs. Each looks only at neighbours that stay themselves,
 * so cleaning a cleaned text changes nothing.
 */
const MEANINGFUL = [
  // The three flags that are spelled with tags: England, Scotland, Wales. No other tag sequence is
  // recommended for use, and a free one could carry a hidden sentence.
  "(?<=\\u{1f3f4})\\u{e0067}\\u{e0062}" +
  "(?:\\u{e0065}\\u{e006e}\\u{e0067}|\\u{e0073}\\u{e0063}\\u{e0074}|\\u{e0077}\\u{e006c}\\u{e0073})" +
  "\\u{e007f}",
  // Emoji or text style; after a digit only as part of a keycap.
  "[\\ufe0e\\ufe0f](?<=[[\\p{Emoji}\\p{ExtPict}]--[0-9#*]].)",
  "\\ufe0f(?<=[0-9#*].)(?=\\u20e3)",
  // The inside of a joined emoji.
  "\\u200d(?<=[\\p{ExtPict}\\p{EMod}]\\ufe0f?.)(?=\\p{ExtPict})",
  // Variants of symbols and letters, of ideographs, of Mongolian letters.
  "[\\ufe00-\\ufe02](?<=[\\p{S}\\p{P}\\p{Nd}\\p{sc=Hani}\\p{sc=Mymr}\\p{sc=Phag}\\p{sc=Mani}[\\p{sc=Egyp}&&\\p{L}]].)",
  "[\\ufe03-\\ufe06](?<=[\\p{sc=Egyp}&&\\p{L}].)",
  "[\\u{e0100}-\\u{e01ef}](?<=\\p{sc=Hani}.)",
  "[\\u180b-\\u180d\\u180f](?<=[\\p{sc=Mong}&&\\p{L}].)",
  "\\u180e(?<=[\\p{sc=Mong}&&\\p{L}][\\u180b-\\u180d\\u180f]?.)(?=[\\p{sc=Mong}&&\\p{L}])",
  // Joiners: after a letter of a script that uses them, or before one (a Persian ending on "PDF").
  `[\\u200c\\u200d](?<=(?:${JOINING}|[\\p{sc=Mong}&&\\p{L}][\\u180b-\\u180d\\u180f]).)`,
  `\\u200c(?<=[[\\p{L}\\p{N}]--\\p{DI}].)(?=${JOINING})`,
  // The fillers of old Hangul, inside a syllable.
  "\\u115f(?=[\\u1161-\\u11a7])",
  "\\u1160(?<=[\\u1100-\\u115e].)",
].join("|");

/** Made at the first text, not at the start: sets of this size take V8 milliseconds to read. */
const patterns = once(() => ({
  hidden: new RegExp(HIDDEN, "v"),
  meaningfulOrHidden: new RegExp(`(${MEANINGFUL})|${HIDDEN}`, "gsv"),
}));

/**
 * Removes what a reader cannot see: controls (CRLF and CR become LF; LF and tab stay), direction
 * controls, zero-width, tag and other ignorable characters, noncharacters, lone surrogates.
 * Ordinary text of every script and emoji come back unchanged. Cleaning twice changes nothing more.
 */
export function cleanText(text: string): string {
  const lines = text.replace(/\r\n?|[\u2028\u2029]/g, "\n");
  const { hidden, meaningfulOrHidden } = patterns();
  if (!hidden.test(lines)) return lines;
  return lines.replace(meaningfulOrHidden, (_hidden, kept: string | undefined) => kept ?? "");
}

/**
 * Text for a name, a role or a one-line notice: cleaned, white space collapsed, trimmed.
 *
 * @param maxLength in characters (code points); longer text is cut to end with an ellipsis
 * @returns undefined when nothing visible is left
 */
export function cleanLine(text: string, maxLength = Infinity): string | undefined {
  // A blank Braille cell is a space in Braille and an invisible name elsewhere.
  const line = cleanText(text).replace(/[\s\u2800]+/g, " ").trim();
  if (line === "") return undefined;
  if (line.length <= maxLength) return line;
  // A character takes at most two code units: no need to take all of a huge line apart.
  const characters = Array.from(line.slice(0, 2 * maxLength + 2));
  if (characters.length <= maxLength) return line;
  // Cutting may leave a joiner at the end with nothing to join.
  return cleanText(characters.slice(0, maxLength - 1).join("")).trimEnd() + "…";
}
