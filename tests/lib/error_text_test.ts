import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { asError, errorText } from "../../src/lib/error_text.ts";

Deno.test("an error stays itself, anything else that was thrown becomes one that says it", () => {
  const error = new TypeError("x");
  assertStrictEquals(asError(error), error);
  assertEquals(errorText(error), "x");
  for (const [thrown, text] of [["y", "y"], [7, "7"], [undefined, "undefined"]] as const) {
    assert(asError(thrown) instanceof Error);
    assertEquals([asError(thrown).message, errorText(thrown)], [text, text]);
  }
});
