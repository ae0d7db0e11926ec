import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { bareToken, tokenProblem } from "../../src/config/token_text.ts";

Deno.test("a token without a problem always makes a header that carries exactly it", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: "binary" }), visible()), (text) => {
      if (tokenProblem(text) !== undefined) return;
      const headers = new Headers({ Authorization: `Bearer ${text}` });
      assertEquals(headers.get("Authorization"), `Bearer ${text}`);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("visible ASCII is a token, and one character of another kind makes it none", () => {
  const intruder = fc.oneof(
    fc.constantFrom(" ", "\t", "\r", "\n", "\0", "\x7f", "\x80", "\u00a0", "\u2028", "é", "🎈"),
    fc.integer({ min: 0, max: 0x20 }).map((code) => String.fromCharCode(code)),
    fc.integer({ min: 0x7f, max: 0xffff }).map((code) => String.fromCharCode(code)),
  );
  fc.assert(fc.property(visible(), visible(), intruder, (before, after, character) => {
    if (bareToken(before + after) !== before + after) return;
    assertEquals(tokenProblem(before + after), undefined);
    assert(tokenProblem(before + character + after) !== undefined);
  }));
});

Deno.test("a problem never shows the token", () => {
  fc.assert(fc.property(visible(), (secret) => {
    const token = `<<${secret}>>`;
    for (const bad of [`${token} `, `${token}\n`, `${token}é`]) {
      assert(!tokenProblem(bad)?.includes(token));
    }
  }));
});

Deno.test("the platform's placeholder is refused by name", () => {
  for (const text of ["<ROTATE_TO_REVEAL_TOKEN>", "ROTATE_TO_REVEAL_TOKEN"]) {
    assertMatch(
      tokenProblem(text) ?? "",
      /<ROTATE_TO_REVEAL_TOKEN>, which only stands for a token.*rotate/,
    );
  }
});

Deno.test("an empty text is not a token", () => {
  assertMatch(tokenProblem("") ?? "", /^it is empty/);
});

function visible(): fc.Arbitrary<string> {
  const unit = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code));
  return fc.string({ unit, minLength: 1, maxLength: 200 });
}

Deno.test("what was pasted around a token is named, and not shown", () => {
  const token = "tK3vX9pLq0ZrYw7uN2bHd5sGf8jMa1cE4iRoTnVxQzU";
  for (const text of [`"${token}"`, `'${token}'`, "`" + token + "`"]) {
    assertEquals(tokenProblem(text), "it is in quotes; give only what is between them");
    assertEquals(bareToken(` ${text}\n`), token);
  }
  for (const name of ["MOLECULE_WORKSPACE_TOKEN", "export API_TOKEN", "token", "TOKEN", "A_B"]) {
    assertEquals(
      tokenProblem(`${name}=${token}`),
      'it has the form NAME=value; give only what follows the "="',
    );
    assertEquals(bareToken(`${name}="${token}"`), token);
  }
});

Deno.test("a token that ends as Base64 does, or has an = inside, is a token", () => {
  for (const token of ["QUJDREVG==", "TOKEN==", "abc=def", "A=b", "Token_a-b=="]) {
    assertEquals(tokenProblem(token), undefined, token);
    assertEquals(bareToken(token), token);
  }
});
