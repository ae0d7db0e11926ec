import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import * as z from "zod/mini";
import { toolList } from "../../src/mcp/calls/tool_list.ts";
import { field, isObject } from "../../src/lib/json.ts";
import { defineTool } from "../../src/tools/support/define_tool.ts";
import { ToolInputError } from "../../src/tools/support/errors.ts";
import { TOOLS } from "../../src/tools/tools.ts";
import { TIMING } from "../../src/tools/support/timing.ts";
import { startTeam } from "./team.ts";

const SCHEMAS = new Map(
  toolList(TOOLS).map(({ name, inputSchema }) => [String(name), inputSchema]),
);

function properties(schema: unknown): [string, unknown][] {
  const found = field(schema, "properties");
  return isObject(found) ? Object.entries(found) : [];
}

Deno.test("a string argument of another type is refused by name, by every tool", async () => {
  await using team = await startTeam();
  let checked = 0;
  for (const [tool, schema] of SCHEMAS) {
    const required = field(schema, "required");
    const names = Array.isArray(required) ? required : [];
    const valid = Object.fromEntries(names.map((name) => [name, name === "card" ? {} : "x"]));
    for (const [name, property] of properties(schema)) {
      if (field(property, "type") !== "string") continue;
      for (const wrong of [5, true, {}, ["x"]]) {
        assertEquals(
          await team.agent.error(tool, { ...valid, [name]: wrong }),
          `Error: invalid arguments for ${tool}: ${name}: expected string`,
        );
        checked++;
      }
    }
  }
  assert(checked > 80, `${checked} checked`);
  assertEquals(team.platform.requests.length, 0);
});

Deno.test("every required argument that is missing is named, by every tool", async () => {
  await using team = await startTeam();
  for (const [tool, schema] of SCHEMAS) {
    const required = field(schema, "required");
    if (!Array.isArray(required) || required.length === 0) continue;
    const verb = required.length === 1 ? "is" : "are";
    for (const args of [{}, Object.fromEntries(required.map((name) => [name, null]))]) {
      assertEquals(
        await team.agent.error(tool, args),
        `Error: ${required.join(" and ")} ${verb} required`,
      );
    }
  }
});

Deno.test("null is treated as left out, and unknown arguments are ignored", async () => {
  await using team = await startTeam();
  await team.agent.ok("list_peers", { source_workspace_id: null, colour: "blue" });
  await team.agent.ok("get_workspace_info", { source_workspace_id: "  " });
});

Deno.test("missing and wrong arguments are reported together", async () => {
  const tool = defineTool({
    name: "sail",
    title: "Sail",
    description: "Sail",
    hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
    input: z.object({ to: z.string(), knots: z.number() }),
    output: z.object({}),
    run: () => Promise.resolve({ text: "sailed", structured: {} }),
  });
  await using team = await startTeam();
  const context = {
    ...team.agent.services,
    timing: TIMING,
    calledAtMs: 0,
    signal: new AbortController().signal,
  };
  const failure = async (args: unknown) => {
    try {
      await tool.run(args, context);
      return "";
    } catch (error) {
      assert(error instanceof ToolInputError);
      return error.message;
    }
  };
  assertEquals(
    await failure({ knots: "ten" }),
    "Error: invalid arguments for sail: to: expected string; knots: expected number",
  );
  assertStringIncludes(await failure("x"), "arguments: expected object");
  assertMatch(await failure({ to: "Hull" }), /^Error: knots is required$/);
});
