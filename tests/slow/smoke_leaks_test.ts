import { assertStringIncludes } from "@std/assert";
import { findings } from "../release/impostors.ts";
import { NOT_LINUX, testUnless } from "../support/test_unless.ts";

for (const what of ["descriptors", "timers", "memory"]) {
  testUnless(NOT_LINUX, {
    name: `the smoke finds a program that leaks ${what}`,
    sanitizeOps: false, // It has to be killed.
    sanitizeResources: false,
    async fn() {
      const finding = `500 messages: expected: as many ${what}`;
      assertStringIncludes(await findings(`that leaks ${what}`, finding), finding);
    },
  });
}
