import { cleanText } from "./clean_text.ts";

/** The line before a peer's reply. */
export const PEER_RESULT_OPEN = "[A2A_RESULT_FROM_PEER]";
/** The line after a peer's reply. */
export const PEER_RESULT_CLOSE = "[/A2A_RESULT_FROM_PEER]";

/**
 * A peer's reply between two marker lines that it cannot produce itself (OFFSEC-003).
 *
 * The text is cleaned first. Then every opening bracket that could begin a marker becomes a round
 * one, so a quoted `[/A2A_RESULT_FROM_PEER]` reads `(/A2A_RESULT_FROM_PEER]`, and nothing else
 * changes. A bracket could begin a marker when the Latin letters and digits that follow it, and
 * those that look like one, read A2ARESULTFROMPEER in any case and font, whatever else stands
 * between them. So no later step that drops spaces, signs or all but ASCII, changes case or
 * normalises can complete a marker either.
 */
export function fencePeerText(text: string): string {
  return `${PEER_RESULT_OPEN}\n${defuseMarkers(cleanText(text))}\n${PEER_RESULT_CLOSE}`;
}

/** Square brackets and what is drawn like one. Round and curly ones look different enough. */
const BRACKETS = /[\[⁅⎡⎢⎣⌈⌊⟦⟬⦋⦍⦏⸢⸤⹕〈《「『【〔〖〘〚❲｢［﹝︗︹︻﹁﹃﹇⊏ㄈ匚⼕]/gu;

/** Those that come out as ASCII, at the latest when normalised. */
const ASCII_BRACKETS = /[\[［﹇]/g;

/** Letters and digits that look like one of the marker's, once folded to compatible lower case. */
const LOOKALIKES = new Map(
  Object.entries({
    a: "αаɑᴀꓮᗅᗩꭺⲁ𐊠",
    e: "εеҽᴇꓰꭼⲉⴹ",
    f: "ϝꜰꓝᖴꞙƒք",
    l: "1iιіӏıɩʟꓡꓲᒪꮮⲓןاߊ۱١",
    m: "μмᴍꓟᗰꮇⲙϻ",
    o: "0οоօσᴏꓳⲟ๐໐०੦೦೧ഠ",
    p: "ρрᴘꓑᑭꮲⲣϱ",
    r: "гᴦʀꓣᖇꭱꮢꭇⲅ",
    s: "5ѕꜱꓢꮪʂꙅ",
    t: "τтᴛꓔꭲⲧ",
    u: "υսᴜꓴᑌцʋ",
    2: "ƨᒿ२",
  }).flatMap(([letter, signs]) => Array.from(signs, (sign): [string, string] => [sign, letter])),
);

/** Where the emoji alphabets begin (circled and squared in negative, flags): they do not fold. */
const EMOJI_ALPHABETS = [0x1f150, 0x1f170, 0x1f1e6];

/**
 * How text may be read, a character at a time: by its looks, by what normalising and then keeping
 * ASCII leaves of it, and by what keeping ASCII alone does. Latin letters and digits, often none.
 */
const READINGS: readonly ((character: string) => string)[] = [
  looksOf,
  (character) => asciiLetters(character.normalize("NFKD")),
  asciiLetters,
];

function defuseMarkers(text: string): string {
  if (text.search(BRACKETS) === -1) return text;
  return READINGS.reduce(defuseReading, text);
}

function defuseReading(text: string, read: (character: string) => string): string {
  const core = lettersOf("A2A_RESULT_FROM_PEER", read).letters;
  const { letters, offsets } = lettersOf(text, read);
  let defused = "";
  let done = 0;
  for (let at = letters.indexOf(core); at !== -1; at = letters.indexOf(core, at + 1)) {
    const coreStart = offsets[at] ?? text.length;
    // Letters of other scripts may be dropped on the way, and an ASCII bracket before them is next.
    const gapStart = afterLast(/[A-Za-z0-9]/, text, done, coreStart);
    const nearStart = afterLast(/[\p{L}\p{N}]/u, text, gapStart, coreStart);
    defused += text.slice(done, gapStart) +
      text.slice(gapStart, nearStart).replace(ASCII_BRACKETS, "(") +
      text.slice(nearStart, coreStart).replace(BRACKETS, "(");
    done = coreStart;
  }
  return defused + text.slice(done);
}

/** The text in one reading, and the offset in the text of each letter of it. */
function lettersOf(
  text: string,
  read: (character: string) => string,
): { letters: string; offsets: number[] } {
  let letters = "";
  const offsets: number[] = [];
  const readings = new Map<string, string>();
  let offset = 0;
  for (const character of text) {
    const reading = readings.get(character) ?? read(character);
    readings.set(character, reading);
    letters += reading;
    for (let i = 0; i < reading.length; i++) offsets.push(offset);
    offset += character.length;
  }
  return { letters, offsets };
}

function looksOf(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0;
  const alphabet = EMOJI_ALPHABETS.find((first) => first <= codePoint && codePoint < first + 26);
  const plain = alphabet === undefined
    ? character.normalize("NFKD").toLowerCase()
    : String.fromCharCode("a".charCodeAt(0) + codePoint - alphabet);
  let looks = "";
  for (const part of plain) {
    const look = LOOKALIKES.get(part) ?? part;
    // An m and an rn cannot be told apart in many fonts.
    looks += look === "m" ? "rn" : asciiLetters(look);
  }
  return looks;
}

function asciiLetters(text: string): string {
  return text.replace(/[^A-Za-z0-9]/g, "").toLowerCase();
}

/** Where the part of `text` between the two offsets that follows the last such character begins. */
function afterLast(character: RegExp, text: string, from: number, to: number): number {
  let start = to;
  while (start > from && !character.test(text.charAt(start - 1))) start--;
  return start;
}
