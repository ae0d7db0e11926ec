import { assertStringIncludes } from "@std/assert";
import { RawProcess } from "./raw_process.ts";
import { testTeam } from "./test_workspace.ts";

Deno.test("once the settings are read, the environment is closed to the program", async () => {
  await using team = await testTeam();
  await using server = RawProcess.start({ ...team.env, MOLECULE_MCP_VERBOSE: "1" });
  await server.initialize();
  await server.closeInput();
  assertStringIncludes((await server.ended()).stderr, "The environment is closed\n");
});
