/**
 * What characters look like: the Latin letters and digits that a reader takes them for, and the
 * brackets.
 *
 * @module
 */
import { once } from "../../lib/once.ts";

/** By letter, as they stand: `Η` is a Latin H in disguise, `η` an n. */
const LETTERS = {
  a: "αаɑᴀꓮᗅᗩꭺⲁ𐊠",
  c: "ϲςсᴄꓚꮯⲥ¢",
  d: "ԁժꓒᗞɗꭰᴅ",
  e: "εеҽᴇꓰꭼⲉⴹ",
  f: "ϝꜰꓝᖴꞙƒք",
  h: "һհʜꓧᏂꮒⲏΗНнℏ",
  l: "1iιіӏıɩʟꓡꓲᒪꮮⲓןاߊ۱١",
  m: "μмᴍꓟᗰꮇⲙϻ",
  n: "ηոռɴꓠⲛΝпɳ",
  o: "0οоօσᴏꓳⲟ๐໐०੦೦೧ഠ",
  p: "ρрᴘꓑᑭꮲⲣϱ",
  r: "гᴦʀꓣᖇꭱꮢꭇⲅ",
  s: "5ѕꜱꓢꮪʂꙅ",
  t: "τтᴛꓔꭲⲧ",
  u: "υսᴜꓴᑌцʋ",
  v: "νѵᴠꓦⱱᏙꮩט",
  2: "ƨᒿ२",
};

const LOOKALIKES = once(() =>
  new Map(
    Object.entries(LETTERS).flatMap(([letter, signs]) =>
      Array.from(signs, (sign): [string, string] => [sign, letter])
    ),
  )
);

/** Where the emoji alphabets begin (circled and squared in negative, flags): they do not fold. */
const EMOJI_ALPHABETS = [0x1f150, 0x1f170, 0x1f1e6];

/** Square brackets and what is drawn like one. Round and curly ones look different enough. */
export const SQUARE_BRACKETS = "[⁅⎡⎢⎣⌈⌊⟦⟬⦋⦍⦏⸢⸤⹕〈《「『【〔〖〘〚❲｢［﹝︗︹︻﹁﹃﹇⊏ㄈ匚⼕";
/** What may stand for a square bracket that closes. */
export const CLOSING_BRACKETS = "]⁆⎤⎥⎦⌉⌋⟧⟭〉》」』】〕〗〙〛❳｣］﹞﹈";
/** Signs that open a tag, and what is drawn like one. Double ones are quotation marks. */
export const ANGLE_BRACKETS = "<‹〈⟨〈≺⋖˂ᐸ❮❰⧼";

/** The Latin letters and digits that the character looks like, in lower case; often none. */
export function looksOf(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0;
  const alphabet = EMOJI_ALPHABETS.find((first) => first <= codePoint && codePoint < first + 26);
  const plain = alphabet === undefined
    ? character.normalize("NFKD")
    : String.fromCharCode("a".charCodeAt(0) + codePoint - alphabet);
  let looks = "";
  for (const part of plain) {
    const lower = part.toLowerCase();
    const look = LOOKALIKES().get(part) ?? LOOKALIKES().get(lower) ?? lower;
    // An m and an rn cannot be told apart in many fonts.
    looks += look === "m" ? "rn" : asciiLetters(look);
  }
  return looks;
}

/** The Latin letters and digits of the text, in lower case. */
export function asciiLetters(text: string): string {
  return text.replace(/[^A-Za-z0-9]/g, "").toLowerCase();
}

/** Whether the text holds the words for a reader who looks at shapes alone, blanks aside. */
export function looksLike(text: string, words: string): boolean {
  const looks = (of: string) => Array.from(of, looksOf).join("");
  return looks(text).includes(looks(words));
}
