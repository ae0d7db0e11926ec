import { assertStringIncludes } from "@std/assert";
import { findings } from "../release/impostors.ts";

for (const what of ["descriptors", "timers", "memory"]) {
  Deno.test({
    name: `the smoke finds a program that leaks ${what}`,
    ignore: Deno.build.os !== "linux", // Elsewhere a script cannot see what a process holds.
    sanitizeOps: false, // It has to be killed.
    sanitizeResources: false,
    async fn() {
      const finding = `500 messages: expected: as many ${what}`;
      assertStringIncludes(await findings(`that leaks ${what}`, finding), finding);
    },
  });
}
