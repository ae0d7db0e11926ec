import { assert, assertEquals } from "@std/assert";
import { memoised } from "../../src/lib/memoised.ts";

Deno.test("each character is computed once, whatever comes of it", () => {
  const asked: string[] = [];
  const upper = memoised((character) => {
    asked.push(character);
    return character === "?" ? "" : character.toUpperCase();
  });
  assertEquals(["a", "b", "a", "?", "?", "b"].map(upper), ["A", "B", "A", "", "", "B"]);
  assertEquals(asked, ["a", "b", "?"]);
});

Deno.test("a text of every character there is fills no memory, and each result stays right", () => {
  let computed = 0;
  const codeOf = memoised((character) => {
    computed += 1;
    return character.codePointAt(0) ?? 0;
  });
  const count = 200_000;
  for (let code = 0; code < count; code++) assertEquals(codeOf(String.fromCodePoint(code)), code);
  assertEquals(computed, count);
  assertEquals(codeOf("a"), 97);
  assert(computed === count + 1, "the first ones were forgotten to make room");
});
