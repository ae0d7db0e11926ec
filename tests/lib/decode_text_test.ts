import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { decodeText } from "../../src/lib/decode_text.ts";

const word = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 1,
});

Deno.test("a token is read in every encoding in which an editor may have saved it", () => {
  fc.assert(fc.property(word, fc.boolean(), (text, mark) => {
    const marked = mark ? `\ufeff${text}` : text;
    assertEquals(decodeText(new TextEncoder().encode(marked))?.trim(), text);
    for (const littleEndian of [true, false]) {
      const view = new DataView(new ArrayBuffer(marked.length * 2));
      for (let i = 0; i < marked.length; i++) {
        view.setUint16(i * 2, marked.charCodeAt(i), littleEndian);
      }
      assertEquals(decodeText(new Uint8Array(view.buffer))?.trim(), text);
    }
  }));
});

Deno.test("what is not text is recognised as such, and no bytes make it fail", () => {
  assertEquals(decodeText(new Uint8Array([0x61, 0xff])), undefined);
  assertEquals(decodeText(new Uint8Array([0xff, 0xfe, 0x61])), undefined);
  // Half a byte order mark is none.
  for (const bytes of [[0xff, 0x61], [0x61, 0xfe], [0xfe, 0x61], [0x61, 0xff]]) {
    assertEquals(decodeText(new Uint8Array(bytes)), undefined);
  }
  for (const odd of ["\u0000", "a\u0000b", "\u0000\u0000"]) {
    assertEquals(decodeText(new TextEncoder().encode(odd)), odd);
  }
  fc.assert(fc.property(fc.uint8Array(), (bytes) => {
    const text = decodeText(bytes);
    assertEquals(text === undefined || typeof text === "string", true);
  }));
});
