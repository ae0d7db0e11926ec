import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { cleanLine, cleanText } from "../../../src/safety/untrusted/untrusted_text.ts";

/** Code points that matter here, far more often than chance would give them. */
const hostileCodePoint = fc.oneof(
  fc.constantFrom(
    ...[0x0, 0xa, 0xd, 0x1b, 0x7f, 0x85, 0x9f, 0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x1161, 0x1100],
    ...[0x180b, 0x180e, 0x1820, 0x200b, 0x200c, 0x200d, 0x200e, 0x2028, 0x202e, 0x2060, 0x2069],
    ...[0x20e3, 0x3164, 0xfe00, 0xfe0e, 0xfe0f, 0xfeff, 0xfffe, 0xe0001, 0xe0067, 0xe0062, 0xe007f],
    ...[0xe0100, 0xe01ef, 0x1f3f4, 0x1f469, 0x1f3fd, 0x2764, 0x31, 0x41, 0x6cc, 0x915, 0x94d],
    ...[0x845b, 0xd83d, 0xde00],
  ),
  fc.integer({ min: 0, max: 0x10ffff }),
);
const hostileText = fc.array(hostileCodePoint, { maxLength: 30, size: "max" })
  .map((codePoints) => String.fromCodePoint(...codePoints));

const ORDINARY = [
  ...["Latin", "Grek", "Cyrl", "Armn", "Hebr", "Arab", "Deva", "Beng", "Taml", "Thai", "Mymr"],
  ...["Khmr", "Geor", "Hang", "Hira", "Kana", "Hani", "Ethi", "Cher", "Tibt", "Sinh", "Mong"],
].map((script) => new RegExp(`[[\\p{sc=${script}}&&[\\p{L}\\p{M}\\p{N}]]--\\p{DI}]`, "v"));
const isOrdinary = (text: string) => ORDINARY.some((script) => script.test(text));
const ordinaryText = fc.array(
  fc.oneof(
    fc.integer({ min: 0x21, max: 0x2fa1f }).map((c) => String.fromCodePoint(c)).filter(isOrdinary),
    fc.constantFrom(..." \n\t.,;:!?'\"()[]{}<>/\\|@#$%^&*-_=+~`«»„“”‘’—…·•©®™€£¥§¶°×÷"),
    fc.constantFrom("😀", "❤️", "👩‍👩‍👧", "🏳️‍🌈", "👍🏿", "🇯🇵", "2️⃣", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "می‌خ", "क्‍ष", "葛󠄀"),
  ),
  { maxLength: 60, size: "max" },
).map((parts) => parts.join(""));

const PLAIN_CONTROL_OR_HIDDEN =
  /[\p{Cc}\p{Cs}\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\u{e0000}-\u{e001f}]|\p{Noncharacter_Code_Point}/u;

Deno.test("property: cleaning a cleaned text changes nothing", () => {
  fc.assert(
    fc.property(hostileText, (text) => assertEquals(cleanText(cleanText(text)), cleanText(text))),
    { numRuns: 3_000 },
  );
});

Deno.test("property: ordinary text of many scripts, with emoji, comes back unchanged", () => {
  fc.assert(
    fc.property(ordinaryText, (text) => assertEquals(cleanText(text), text)),
    { numRuns: 500 },
  );
});

Deno.test("property: no forbidden character is ever left", () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      assert(!PLAIN_CONTROL_OR_HIDDEN.test(cleanText(text).replace(/[\n\t]/g, "")));
    }),
    { numRuns: 3_000 },
  );
});

Deno.test("property: every tag character left belongs to one of the three flags", () => {
  const flags = /🏴󠁧󠁢󠁥󠁮󠁧󠁿|🏴󠁧󠁢󠁳󠁣󠁴󠁿|🏴󠁧󠁢󠁷󠁬󠁳󠁿/gu;
  fc.assert(
    fc.property(hostileText, (text) => {
      assert(!/[\u{e0000}-\u{e007f}]/u.test(cleanText(text).replace(flags, "")));
    }),
  );
});

Deno.test("property: two hidden characters never stand in a row, but for a styled joined emoji", () => {
  const hidden = /(?:(?!\ufe0f\u200d)[\p{DI}](?=\p{DI}))/u;
  fc.assert(
    fc.property(hostileText, (text) => {
      const cleaned = cleanText(text).replace(/[\u{e0020}-\u{e007f}]/gu, "")
        .replace(/[\u180b-\u180d\u180f](?=[\u180e\u200c\u200d])/g, "").replace(
          /\u115f\u1160?/g,
          "",
        );
      assert(!hidden.test(cleaned), JSON.stringify(cleaned));
    }),
    { numRuns: 3_000 },
  );
});

Deno.test("property: visible characters are never removed or reordered", () => {
  const visible = (text: string) =>
    text.replace(/\r\n?|[\u2028\u2029]/g, "\n")
      .replace(/[[\p{Cc}\p{Cf}\p{Cs}\p{DI}\p{Noncharacter_Code_Point}]--[\n\t]]/gv, "");
  fc.assert(
    fc.property(hostileText, (text) => assertEquals(visible(cleanText(text)), visible(text))),
  );
});

Deno.test("property: a clean line is one trimmed line within its limit, and stays so", () => {
  fc.assert(
    fc.property(hostileText, fc.integer({ min: 1, max: 20 }), (text, maxLength) => {
      const line = cleanLine(text, maxLength);
      if (line === undefined) return;
      assert(!/[\n\t]/.test(line) && line === line.trim() && line !== "");
      assert(Array.from(line).length <= maxLength);
      assertEquals(cleanLine(line, maxLength), line);
    }),
    { numRuns: 2_000 },
  );
});
