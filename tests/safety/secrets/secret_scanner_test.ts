import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { SecretScanner } from "../../../src/safety/secrets/secret_scanner.ts";

const SECRET = "tK3vX9pLq0ZrYw7uN2b";

Deno.test("property: found whatever stands around it and wherever the pieces end", () => {
  const around = fc.uint8Array({ maxLength: 60 });
  fc.assert(fc.property(around, around, fc.integer({ min: 1, max: 30 }), (before, after, step) => {
    const bytes = new Uint8Array([...before, ...new TextEncoder().encode(SECRET), ...after]);
    const scanner = new SecretScanner(["never", SECRET]);
    let found = false;
    for (let at = 0; at < bytes.length; at += step) {
      found = scanner.feed(bytes.subarray(at, at + step));
    }
    assertEquals(found, true);
  }));
});

Deno.test("property: what does not hold it is passed", () => {
  fc.assert(fc.property(fc.array(fc.uint8Array()), (pieces) => {
    const scanner = new SecretScanner([SECRET]);
    assertEquals(pieces.some((piece) => scanner.feed(piece)), false);
  }));
});

Deno.test("without secrets nothing is looked for and nothing held back", () => {
  const scanner = new SecretScanner([]);
  assertEquals([scanner.overlap, scanner.feed(new Uint8Array(5))], [0, false]);
});

Deno.test("a secret beyond ASCII is found in UTF-8", () => {
  const scanner = new SecretScanner(["pässwörd"]);
  assertEquals(scanner.feed(new TextEncoder().encode("das pässwörd")), true);
});
