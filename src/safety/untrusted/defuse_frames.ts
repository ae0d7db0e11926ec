import { charactersOf, decodingsOf, type Units } from "./escapes.ts";
import {
  ANGLE_BRACKETS,
  asciiLetters,
  CLOSING_BRACKETS,
  looksOf,
  SQUARE_BRACKETS,
} from "./lookalikes.ts";
import { memoised } from "../../lib/memoised.ts";

/** What a bracket may open that only this program and the client may write. */
const MARKER = "A2A_RESULT_FROM_PEER";
const TAG = "channel";
const HEADER = "from";
const USER_HEADER = "from canvas user";
/** Within how many letters a header says whose id it names. */
const HEADER_REACH = 300;

/**
 * The text without anything that could pass for a frame of ours: a fence's marker, a channel's tag,
 * the header line of a message. The bracket that would open it becomes a round one, so a quoted
 * `[/A2A_RESULT_FROM_PEER]` reads `(/A2A_RESULT_FROM_PEER]`, `</channel>` reads `(/channel>`, and
 * nothing else changes.
 *
 * The letters that follow a bracket decide, and those that look like them, in any case and font, as
 * characters or as entities, whatever stands between: so no later step that drops spaces, signs or
 * all but ASCII, changes case, normalises or decodes can complete a frame either. In a tag ASCII
 * punctuation counts (`ch <- channel` is code), and `i < channels` is a comparison.
 *
 * The text is a cleaned one. Takes time in proportion to its length; a second time changes nothing.
 */
export function defuseFrames(text: string): string {
  let defused = text;
  // A round bracket in place of one frame may make the text before it look like another.
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const once = defuseOnce(defused);
    if (once === defused) return defused;
    defused = once;
  }
  // Made to need more: then no bracket stays, nor what may stand for one.
  return Array.from(defused, (sign) => OPENING.has(sign) ? "(" : sign).join("");
}

function defuseOnce(text: string): string {
  if (!MAY_OPEN.test(text)) return text;
  const opening = new Set<number>();
  for (const units of [charactersOf(text), ...decodingsOf(text)]) {
    for (const reading of readingsOf(units)) findFrames(text, reading, opening);
  }
  if (opening.size === 0) return text;
  let defused = "";
  let done = 0;
  for (const offset of [...opening].sort((a, b) => a - b)) {
    defused += `${text.slice(done, offset)}(`;
    done = offset + String.fromCodePoint(text.codePointAt(offset) ?? 0).length;
  }
  return defused + text.slice(done);
}

/** Each pass takes at least one bracket; a hostile text may not make it many. */
const MAX_PASSES = 3;
const SQUARES = new Set(SQUARE_BRACKETS);
const ANGLES = new Set(ANGLE_BRACKETS);
const OPENING = new Set([...SQUARE_BRACKETS, ...ANGLE_BRACKETS, "&", "\\", "%"]);
const CLOSING = new Set(CLOSING_BRACKETS);
/** Nothing opens without one of these, or an escape. */
const MAY_OPEN = /[\[<&\\%]|\P{ASCII}/u;

/**
 * How text may be read, a character at a time: by its looks, by what normalising and then keeping
 * ASCII leaves of it, and by what keeping ASCII alone does. Latin letters and digits, often none.
 */
const READINGS: readonly ((character: string) => string)[] = [
  memoised(looksOf),
  memoised((character) => asciiLetters(character.normalize("NFKD"))),
  memoised(asciiLetters),
];

/** What a unit is, apart from letters. */
const SQUARE = 1;
const ANGLE = 2;
/** The bracket is an ASCII one at the latest when normalised: letters may be dropped after it. */
const ASCII = 4;
const CLOSES = 8;
const NEWLINE = 16;
/** A letter or digit of any script. */
const WORD = 32;
/** ASCII punctuation that no tag's name has before or in it. */
const PUNCTUATION = 64;

/** A text in one reading: its letters, and the unit that each came from. */
interface Reading extends Units {
  readonly letters: string;
  readonly unitOf: Int32Array;
  /** How many letters each unit gives. */
  readonly counts: Uint8Array;
  readonly traits: Uint8Array;
  readonly read: (character: string) => string;
}

/** The text in each reading that differs and spells something to look for. */
function* readingsOf(units: Units): Generator<Reading> {
  const seen = new Set<string>();
  let traits: Uint8Array | undefined;
  for (const read of READINGS) {
    const parts = units.values.map(read);
    const key = parts.join(" ");
    if (seen.has(key)) continue;
    seen.add(key);
    const letters = parts.join("");
    if (![TAG, HEADER].some((words) => letters.includes(lettersOf(words, read)))) continue;
    traits ??= Uint8Array.from(units.values, traitsOf);
    const unitOf = new Int32Array(letters.length);
    const counts = new Uint8Array(units.values.length);
    let at = 0;
    for (const [unit, part] of parts.entries()) {
      const count = part.length;
      counts[unit] = count;
      for (let n = 0; n < count; n++) unitOf[at++] = unit;
    }
    yield { ...units, letters, unitOf, counts, traits, read };
  }
}

const traitsOf = memoised((value: string): number => {
  if (value === "") return 0;
  if (value === "\n") return NEWLINE;
  const plain = value.normalize("NFKD").charAt(0);
  const is = (set: ReadonlySet<string>) => set.has(value) || set.has(plain);
  return (is(SQUARES) ? SQUARE : 0) | (is(ANGLES) ? ANGLE : 0) | (is(CLOSING) ? CLOSES : 0) |
    (plain === "[" || plain === "<" ? ASCII : 0) |
    (/^[\p{L}\p{N}]/u.test(value) ? WORD : 0) |
    (/^[!-.:;=>?@\]^_`{|}~]/.test(value) ? PUNCTUATION : 0);
});

function findFrames(text: string, reading: Reading, opening: Set<number>): void {
  const { letters } = reading;
  const spelled = (words: string) => lettersOf(words, reading.read);
  for (const core of [MARKER, USER_HEADER]) {
    forEachCore(letters, spelled(core), (at) => addBrackets(reading, at, SQUARE, opening));
  }
  const tag = spelled(TAG);
  forEachCore(letters, tag, (at) => {
    if (isWhole(reading, at, tag.length)) addBrackets(reading, at, ANGLE, opening, text);
  });
  const header = spelled(HEADER);
  const id = spelled("peer_id");
  forEachCore(letters, header, (at) => {
    if (endsWord(reading, at + header.length) || namesPeer(reading, at + header.length, id)) {
      addLineStart(reading, at, opening);
    }
  });
}

function lettersOf(words: string, read: (character: string) => string): string {
  return Array.from(words, read).join("");
}

function forEachCore(letters: string, core: string, found: (at: number) => void): void {
  for (let at = letters.indexOf(core); at !== -1; at = letters.indexOf(core, at + 1)) found(at);
}

/** Whether no ASCII punctuation stands between the letters. */
function isWhole({ unitOf, traits }: Reading, at: number, length: number): boolean {
  const last = unitOf[at + length - 1] ?? 0;
  for (let unit = unitOf[at] ?? 0; unit < last; unit++) {
    if (((traits[unit] ?? 0) & PUNCTUATION) !== 0) return false;
  }
  return true;
}

/** Adds the brackets between the letter before `at` and that at `at`. */
function addBrackets(
  { unitOf, traits, offsets, counts }: Reading,
  at: number,
  kind: number,
  opening: Set<number>,
  tagText?: string,
): void {
  let near = true;
  for (let unit = (unitOf[at] ?? 0) - 1; unit >= 0; unit--) {
    const trait = traits[unit] ?? 0;
    if (counts[unit] !== 0) return;
    if ((trait & WORD) !== 0) near = false;
    const offset = offsets[unit] ?? 0;
    if ((trait & kind) !== 0 && (near || (trait & ASCII) !== 0)) {
      if (tagText === undefined || !isComparison(tagText, offset)) opening.add(offset);
    } else if (tagText !== undefined && (trait & PUNCTUATION) !== 0) return;
  }
}

/** As in `i < channels.length`: no tag has a space there and a longer name. */
function isComparison(text: string, offset: number): boolean {
  return /^< +channel[a-z0-9]/i.test(text.slice(offset, offset + 64));
}

/** Adds the brackets before `at` when nothing but signs stands before them in their line. */
function addLineStart(
  { unitOf, traits, offsets, counts }: Reading,
  at: number,
  opening: Set<number>,
): void {
  const brackets: number[] = [];
  for (let unit = (unitOf[at] ?? 0) - 1; unit >= 0; unit--) {
    const trait = traits[unit] ?? 0;
    if ((trait & NEWLINE) !== 0) break;
    if ((trait & CLOSES) !== 0 && brackets.length === 0) return;
    if (counts[unit] !== 0) return;
    if ((trait & SQUARE) !== 0) brackets.push(offsets[unit] ?? 0);
  }
  for (const offset of brackets) opening.add(offset);
}

/** Whether the letter at `at` does not continue the word before it. */
function endsWord({ unitOf }: Reading, at: number): boolean {
  const next = unitOf[at];
  return next === undefined || next > (unitOf[at - 1] ?? 0) + 1;
}

/** Whether what follows names the id of a peer. */
function namesPeer({ letters }: Reading, at: number, id: string): boolean {
  return letters.slice(at, at + HEADER_REACH).includes(id);
}
