import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { quoteValue } from "../../src/config/quote_value.ts";

Deno.test("a short value is shown quoted", () => {
  assertEquals(quoteValue("ftp://acme.example/x"), '"ftp://acme.example/x"');
  assertEquals(quoteValue('a"b\n'), '"a\\"b\\n"');
});

Deno.test("a UUID is shown in either case", () => {
  const id = "3F6B1C58-9A0E-4D27-8B41-6C2D5E7FA101";
  assertEquals(quoteValue(id), `"${id}"`);
  assertEquals(quoteValue(id.toLowerCase()), `"${id.toLowerCase()}"`);
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
      quoteValue(text),
      `a value of ${text.length} characters (not shown: it may be a secret)`,
    );
  }
});

Deno.test("a long value is cut", () => {
  assertEquals(quoteValue("a b ".repeat(100)).length, 102);
  // Between characters: half of one would show as an escape.
  assertEquals(quoteValue(`a${"🚣".repeat(60)}`), JSON.stringify(`a${"🚣".repeat(49)}`));
});

Deno.test("no token of 20 characters or more is ever shown, wherever it stands", () => {
  const token = fc.stringMatching(/^[A-Za-z0-9_-]{20,60}$/).filter((t) => !/^[0-9a-f-]+$/i.test(t));
  fc.assert(fc.property(fc.string(), token, fc.string(), (before, secret, after) => {
    assert(!quoteValue(`${before}${secret}${after}`).includes(secret));
  }));
});
