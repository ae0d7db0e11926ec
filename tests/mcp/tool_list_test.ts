import { assert, assertEquals, assertMatch } from "@std/assert";
import { encode } from "gpt-tokenizer";
import { toolList } from "../../src/mcp/tool_list.ts";
import { field, isObject, textField } from "../../src/platform/json.ts";
import { TOOLS } from "../../src/tools/table.ts";
import reference from "../fixtures/tools.json" with { type: "json" };
import { assertJsonSnapshot } from "../support/snapshot.ts";

const MAX_TOKENS = 4_000;
const LIST = toolList(TOOLS);

/** The fields of a tool's input, by name. */
function inputFields(tool: unknown): Record<string, unknown> {
  const properties = field(field(tool, "inputSchema"), "properties");
  assert(isObject(properties));
  return properties;
}

function required(tool: unknown): readonly unknown[] {
  const names = field(field(tool, "inputSchema"), "required") ?? [];
  assert(Array.isArray(names));
  return names;
}

function tool(name: string): unknown {
  const found = LIST.find((entry) => entry.name === name);
  assert(found, `tool ${name}`);
  return found;
}

function descriptionOf(toolName: string, fieldName: string): string {
  return textField(inputFields(tool(toolName))[fieldName], "description") ?? "";
}

Deno.test("tools/list is as it was last agreed", async () => {
  await assertJsonSnapshot(LIST, new URL("__snapshots__/tools_list.json", import.meta.url));
});

Deno.test("names and their order are the reference's", () => {
  assertEquals(LIST.map(({ name }) => name), reference.tools.map(({ name }) => name));
});

Deno.test("arguments have the reference's names, types and order", () => {
  for (const known of reference.tools) {
    const shape = (entry: unknown) =>
      Object.entries(inputFields(entry)).map(([name, schema]) => [name, field(schema, "type")]);
    assertEquals(shape(tool(known.name)), shape(known), known.name);
  }
});

Deno.test("what the reference lets out may be left out, and nothing more", () => {
  for (const known of reference.tools) {
    // Here an agent may leave out what the reference makes it send and then ignores, or reads as
    // "all" when it is empty (runtime-behaviour D4).
    const expected = known.name === "check_task_status" ? [] : required(known);
    assertEquals(required(tool(known.name)), expected, known.name);
  }
});

Deno.test("enumerations hold the reference's values", () => {
  for (const known of reference.tools) {
    for (const [name, schema] of Object.entries(inputFields(known))) {
      const values = field(schema, "enum");
      if (values === undefined) continue;
      assertEquals(field(inputFields(tool(known.name))[name], "enum"), values, known.name);
    }
  }
});

Deno.test("every tool has a title, a description and an object of typed results", () => {
  for (const entry of LIST) {
    assertMatch(textField(entry, "title") ?? "", /^[A-Z].{3,}$/, String(entry.name));
    assertMatch(textField(entry, "description") ?? "", /\.$/, String(entry.name));
    for (const schema of ["inputSchema", "outputSchema"]) {
      assertEquals(textField(entry[schema], "type"), "object", `${schema} of ${entry.name}`);
    }
  }
});

Deno.test("every argument is described", () => {
  for (const entry of LIST) {
    for (const [name, schema] of Object.entries(inputFields(entry))) {
      const description = textField(schema, "description") ?? "";
      assert(description.length > 10, `${entry.name}.${name} says what it is`);
    }
  }
});

Deno.test("all four hints are said, and none contradicts another", () => {
  for (const { name, annotations } of LIST) {
    assert(isObject(annotations));
    assertEquals(
      Object.entries(annotations).map(([hint, value]) => [hint, typeof value]).sort(),
      ["destructiveHint", "idempotentHint", "openWorldHint", "readOnlyHint"]
        .map((hint) => [hint, "boolean"]),
      String(name),
    );
    const { readOnlyHint, destructiveHint } = annotations;
    assert(!(readOnlyHint && destructiveHint), `${name} cannot be read-only and destructive`);
  }
});

Deno.test("files go to the user as attachments, and the descriptions say why", () => {
  assertMatch(textField(tool("send_message_to_user"), "description") ?? "", /do not paste/);
  const message = descriptionOf("send_message_to_user", "message");
  assertMatch(message, /Never put file URLs/);
  assertMatch(message, /SaaS.*cannot reach/);
  const attachments = descriptionOf("send_message_to_user", "attachments");
  assertMatch(attachments, /^Required/);
  for (const wrong of [/link in the message/, /base64/]) assertMatch(attachments, wrong);
});

Deno.test("schemas leave out what every client assumes", () => {
  const json = JSON.stringify(LIST);
  for (const noise of ["$schema", "additionalProperties"]) {
    assert(!json.includes(noise), `${noise} costs tokens and says nothing`);
  }
});

Deno.test("the whole table takes less than 4,000 tokens of an agent's context", () => {
  const tokens = encode(JSON.stringify({ tools: LIST })).length;
  assert(tokens < MAX_TOKENS, `tools/list takes ${tokens} tokens, the limit is ${MAX_TOKENS}`);
});
