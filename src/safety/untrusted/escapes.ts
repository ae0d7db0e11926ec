import { memoised } from "../../lib/memoised.ts";

/**
 * Characters that are written as something else: entities, percent and backslash escapes. An
 * ampersand may be escaped itself, however often.
 */
const ESCAPE =
  /&(?:(?:amp|#0*38|#x0*26);?)*(?:#\d{1,8};?|#x[\da-f]{1,8};?|lt;?|[a-z][a-z\d]{1,30};)|\\{1,8}u00[\da-f]{2}|\\{1,8}x[\da-f]{2}|%(?:25)*[2-7][\da-f]/gi;

/** Names of entities that are brackets; names of letters say the letter they are. */
const OPENING_ANGLES = /^(?:lt|nvlt|lang|langle|lsaquo|laquo|prec|ll|leftanglebracket)$/i;
const OPENING_SQUARES = /^(?:lsqb|lbrack|lobrk|leftdoublebracket|lceil|lfloor|lbbrk)$/i;
const CLOSING_SQUARES = /^(?:rsqb|rbrack|robrk|rightdoublebracket|rbbrk)$/i;
const LETTER =
  /^([a-z])(?:scr|fr|opf|acute|grave|circ|uml|tilde|ring|cedil|caron|macr|breve|dot|ogon|slash|strok)$/i;

/** A text taken apart: what each unit stands for, and where it begins in the text. */
export interface Units {
  readonly values: readonly string[];
  readonly offsets: readonly number[];
}

/** The text's characters. */
export function charactersOf(text: string): Units {
  const values: string[] = [];
  const offsets: number[] = [];
  let offset = 0;
  for (const character of text) {
    values.push(character);
    offsets.push(offset);
    offset += character.length;
  }
  return { values, offsets };
}

/**
 * The text's characters once its escapes are decoded, for each of what may have happened to it
 * before: normalised, only ASCII kept, blanks dropped. An escape of something else than a character
 * is one unit that stands for nothing.
 */
export function decodingsOf(text: string): Units[] {
  if (!/[&\\%＆﹠＼﹨％﹪]/.test(text)) return [];
  const characters = charactersOf(text);
  const seen = new Set<string>();
  const decodings: Units[] = [];
  for (const step of [normalised, asciiOnly]) {
    for (const blank of [undefined, /^[^\S\n]/]) {
      const folded = foldedWith(characters, (value) => blank?.test(value) ? "" : step(value));
      if (seen.has(folded.text)) continue;
      seen.add(folded.text);
      const decoding = decodedOf(folded);
      if (decoding) decodings.push(decoding);
    }
  }
  return decodings;
}

const normalised = memoised((character) =>
  (character.codePointAt(0) ?? 0) < 0x80 ? character : character.normalize("NFKC")
);

function asciiOnly(character: string): string {
  return (character.codePointAt(0) ?? 0) < 0x80 ? character : "";
}

/** A changed text, and where in the original each of its code units comes from. */
interface Folded {
  readonly text: string;
  readonly places: readonly number[];
}

function foldedWith({ values, offsets }: Units, fold: (value: string) => string): Folded {
  let text = "";
  const places: number[] = [];
  for (const [i, value] of values.entries()) {
    const folded = fold(value);
    text += folded;
    for (let n = 0; n < folded.length; n++) places.push(offsets[i] ?? 0);
  }
  return { text, places };
}

function decodedOf({ text, places }: Folded): Units | undefined {
  const values: string[] = [];
  const offsets: number[] = [];
  let done = 0;
  const takeUntil = (end: number) => {
    for (const character of text.slice(done, end)) {
      values.push(character);
      offsets.push(places[done] ?? 0);
      done += character.length;
    }
  };
  for (const match of text.matchAll(ESCAPE)) {
    takeUntil(match.index);
    values.push(decoded(match[0]));
    offsets.push(places[match.index] ?? 0);
    done = match.index + match[0].length;
  }
  if (done === 0) return undefined;
  takeUntil(text.length);
  return { values, offsets };
}

function decoded(escape: string): string {
  const [, digits] = /#(\d+);?$/.exec(escape) ?? [];
  const [, hex] = /(?:#x|\\u|\\x|%(?:25)*)([\da-f]+);?$/i.exec(escape) ?? [];
  if (digits !== undefined) return character(parseInt(digits, 10));
  if (hex !== undefined) return character(parseInt(hex, 16));
  const [, name = ""] = /([a-z][a-z\d]*);?$/i.exec(escape) ?? [];
  if (OPENING_ANGLES.test(name)) return "<";
  if (OPENING_SQUARES.test(name)) return "[";
  if (CLOSING_SQUARES.test(name)) return "]";
  if (/^newline$/i.test(name)) return "\n";
  return LETTER.exec(name)?.[1] ?? "";
}

function character(codePoint: number): string {
  return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : "";
}
