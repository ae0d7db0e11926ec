import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { shown } from "../../src/config/shown.ts";

Deno.test("a short value is shown quoted", () => {
  assertEquals(shown("ftp://acme.example/x"), '"ftp://acme.example/x"');
  assertEquals(shown('a"b\n'), '"a\\"b\\n"');
});

Deno.test("a UUID is shown in either case", () => {
  const id = "3F6B1C58-9A0E-4D27-8B41-6C2D5E7FA101";
  assertEquals(shown(id), `"${id}"`);
  assertEquals(shown(id.toLowerCase()), `"${id.toLowerCase()}"`);
});

Deno.test("what may be a token or a password is not shown", () => {
  for (
    const text of [
      "tK3vX9pLq0ZrYw7uN2bHd5sGf8jMa1cE4iRoTnVxQzU",
      "mol_0123456789abcdefghij",
      "https://user:pw@acme.example",
      "https://acme.example/tK3vX9pLq0ZrYw7uN2bHd5sGf8jMa1cE4iRoTnVxQzU",
    ]
  ) {
    assertEquals(
      shown(text),
      `a value of ${text.length} characters (not shown: it may be a secret)`,
    );
  }
});

Deno.test("a long value is cut", () => {
  assertEquals(shown("a b ".repeat(100)).length, 102);
  // Between characters: half of one would show as an escape.
  assertEquals(shown(`a${"🚣".repeat(60)}`), JSON.stringify(`a${"🚣".repeat(49)}`));
});

Deno.test("no token of 20 characters or more is ever shown, wherever it stands", () => {
  const token = fc.stringMatching(/^[A-Za-z0-9_-]{20,60}$/).filter((t) => !/^[0-9a-f-]+$/i.test(t));
  fc.assert(fc.property(fc.string(), token, fc.string(), (before, secret, after) => {
    assert(!shown(`${before}${secret}${after}`).includes(secret));
  }));
});
