import { assert, assertStringIncludes } from "@std/assert";
import { settingPath } from "../../src/config/paths.ts";

Deno.test("a relative path is refused with an example below the home directory", () => {
  const found = settingPath("./state", (name) => name === "HOME" ? "/home/me" : undefined);
  assert("fault" in found);
  assertStringIncludes(found.fault, "state");
});

Deno.test("a token in the place of a path is not shown, not even in the example", () => {
  const token = "x8Jm2".repeat(9);
  const found = settingPath(token, () => undefined);
  assert("fault" in found);
  assert(!found.fault.includes(token), found.fault);
});
