import { assertEquals } from "@std/assert";
import { onlyByName, standsFor } from "../../../src/commands/support/stands_for.ts";

Deno.test("help and completions say what the name stands for, where it starts nothing", () => {
  assertEquals([standsFor("molecule-mcp"), onlyByName("molecule-mcp")], [[], []]);
  const called = "npx -y molecule-mcp@0.1.0";
  assertEquals(standsFor(called), ["", `  molecule-mcp stands for: ${called}`]);
  assertEquals(onlyByName(called), ["They complete the command molecule-mcp only."]);
});
