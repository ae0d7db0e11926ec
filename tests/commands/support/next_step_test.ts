import { assertEquals } from "@std/assert";
import { leadTo, partsOf } from "../../../src/commands/support/next_step.ts";

Deno.test("of a step, what is to be pasted is told from what is to be said", () => {
  const command = "molecule-mcp doctor";
  assertEquals(partsOf(command), { command });
  assertEquals(partsOf(leadTo("Correct the file, then", command)), {
    lead: "Correct the file, then run:",
    command,
  });
  assertEquals(partsOf("Restart the client"), { lead: "Restart the client." });
  assertEquals(partsOf("Is the platform running?"), { lead: "Is the platform running?" });
});
