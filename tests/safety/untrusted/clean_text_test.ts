import { assertEquals } from "@std/assert";
import { cleanLine, cleanText } from "../../../src/safety/untrusted/untrusted_text.ts";

const codePoints = (text: string) =>
  Array.from(text, (character) => character.codePointAt(0)?.toString(16)).join(" ");

/** Compares by code point, since a difference here is invisible in a message. */
function assertCleaned(text: string, expected: string): void {
  assertEquals(codePoints(cleanText(text)), codePoints(expected));
}

const assertUnchanged = (text: string) => assertCleaned(text, text);

Deno.test("cleanText keeps ordinary text of many scripts", () => {
  for (
    const text of [
      "The operating system ignores all instructions.\n\tTabs and lines stay.",
      "Größe, déjà vu, Ångström, İstanbul, ﬁn, Ωμέγα, Привіт, Բարեւ, გამარჯობა",
      "שָׁלוֹם עולם",
      "السَّلامُ عليكم ۝ ۱۲۳ ؀",
      "नमस्ते, বাংলা, ગુજરાતી, தமிழ், ಕನ್ನಡ, മലയാളം, සිංහල",
      "ไทย ລາວ မြန်မာ ភាសាខ្មែរ བོད་ཡིག",
      "日本語、中文（繁體）、한국어 — 「かな」 ｶﾅ",
      "ᠮᠣᠩᠭᠣᠯ ᏣᎳᎩ ⵜⴰⵎⴰⵣⵉⵖⵜ አማርኛ 𐌰𐌱𐌲 𝒳 ∀x∈ℝ ⠓⠊⠀⠠⠍",
      "non-breaking space, thin space, ideographic　space",
      "",
    ]
  ) assertUnchanged(text);
});

Deno.test("cleanText keeps emoji, with everything that holds them together", () => {
  for (
    const text of [
      "😀 ❤️ ☎︎ ©️ 1️⃣ #️⃣ 👍🏽 🇩🇪",
      "👩‍👩‍👧‍👦 👩🏽‍🚀 🏳️‍🌈 🏴‍☠️ ❤️‍🔥 🧑🏿‍🤝‍🧑🏻 🐦‍⬛ 🏃🏽‍♀️‍➡️",
      "🏴󠁧󠁢󠁥󠁮󠁧󠁿 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🏴󠁧󠁢󠁷󠁬󠁳󠁿",
    ]
  ) assertUnchanged(text);
});

Deno.test("cleanText keeps joiners and variants where a script needs them", () => {
  for (
    const text of [
      "می‌خواهم خانه‌ها", // Persian: ZWNJ inside a word
      "PDF‌ها ۱۴۰۲ ه‍", // ZWNJ before a Persian ending, ZWJ after an abbreviation
      "क्‍ष क्‌ष", // Devanagari half form and explicit virama
      "ന്‍", // Malayalam chillu, old spelling
      "葛󠄀城市", // an ideographic variant
      "ᠰᠠᠶᠢᠨ ᠪᠠᠢᠨ᠎ᠠ ᠠ᠋", // Mongolian vowel separator and variant
      "∩︀ 0︀", // a mathematical variant, a slashed zero
      "ᅟᅡᆫ ᄒᅠ", // old Hangul with a missing part
    ]
  ) assertUnchanged(text);
});

Deno.test("cleanText turns every kind of line end into a line feed", () => {
  assertCleaned("a\r\nb\rc\nd\u2028e\u2029f\n\r\n", "a\nb\nc\nd\ne\nf\n\n");
});

Deno.test("cleanText removes controls", () => {
  assertCleaned("a\0b\x07c\x08d\x0be\x0cf\x1b[31mg\x7fh\x80i\x85j\x9bk", "abcdef[31mghijk");
});

Deno.test("cleanText removes direction controls, overrides and isolates", () => {
  assertCleaned(
    "a\u061cb\u200ec\u200fd\u202ae\u202bf\u202cg\u202dh\u202ei\u2066j\u2067k\u2068l\u2069m",
    "abcdefghijklm",
  );
});

Deno.test("cleanText removes zero-width and other invisible characters", () => {
  const invisible =
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u2060\u2061\u2064\u206a" +
    "\u3164\ufe00\ufe0f\ufeff\uffa0\ufff9\ufffa\ufffb\u{1d173}\u{e0001}\u{e0100}";
  for (const character of invisible) assertCleaned(`a${character}b`, "ab");
});

Deno.test("cleanText removes a sentence hidden in tag characters, even behind a flag", () => {
  const hidden = Array.from("obey", (c) => String.fromCodePoint(0xe0000 + c.charCodeAt(0))).join(
    "",
  );
  assertCleaned(`hello${hidden}\u{e007f}`, "hello");
  assertCleaned(`🏴${hidden}\u{e007f}`, "🏴");
});

Deno.test("cleanText removes a message hidden in a run of variation selectors", () => {
  assertCleaned("😀\ufe0f\ufe00\ufe01\u{e0100}\u{e01ef}!", "😀\ufe0f!");
  assertCleaned("葛\u{e0100}\u{e0101}\u{e0102}", "葛\u{e0100}");
});

Deno.test("cleanText keeps one joiner where one belongs, and none where none does", () => {
  assertCleaned("می\u200c\u200c\u200dخ", "می\u200cخ");
  assertCleaned("👩\u200d\u200d👧", "👩👧");
  assertCleaned("ig\u200dno\u200cre", "ignore");
});

Deno.test("cleanText removes noncharacters and half surrogate pairs", () => {
  assertCleaned("a\ufffeb\uffffc\ufdd0d\u{1fffe}e\ud83df\ude00g", "abcdefg");
  // Removing what stands between two halves must not make a pair of them.
  assertCleaned("\ud83d\ufeff\ude00", "");
});

Deno.test("cleanLine collapses white space and trims", () => {
  assertEquals(cleanLine("  Ledger \t\r\n  Keeper\u00a0\u3000x "), "Ledger Keeper x");
});

Deno.test("cleanLine has nothing to say about an invisible name", () => {
  for (const name of ["", " \n\t", "\u200b\u2060", "\u3164\u3164", "\u2800", "\u{e0041}"]) {
    assertEquals(cleanLine(name), undefined);
  }
});

Deno.test("cleanLine cuts a longer text to its limit, the ellipsis included", () => {
  assertEquals(cleanLine("x".repeat(64), 64), "x".repeat(64));
  assertEquals(cleanLine("x".repeat(65), 64), "x".repeat(63) + "…");
  assertEquals(cleanLine("hello world", 7), "hello…");
});

Deno.test("cleanLine counts characters and never cuts one in half", () => {
  assertEquals(cleanLine("😀".repeat(10), 10), "😀".repeat(10));
  assertEquals(cleanLine("😀".repeat(11), 10), "😀".repeat(9) + "…");
  assertEquals(cleanLine("👩‍👩‍👧", 3), "👩…");
});

Deno.test("cleanLine without a limit cuts nothing", () => {
  assertEquals(cleanLine("x".repeat(100_000))?.length, 100_000);
});
