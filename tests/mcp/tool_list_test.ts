import { assert, assertEquals, assertMatch, assertStrictEquals } from "@std/assert";
import { encode } from "gpt-tokenizer";
import * as z from "zod/mini";
import { toolList, toolLister } from "../../src/mcp/calls/tool_list.ts";
import { field, isObject, textField } from "../../src/lib/json.ts";
import { TOOLS } from "../../src/tools/tools.ts";
import reference from "../fixtures/tools.json" with { type: "json" };

const MAX_TOKENS = 4_500;
const OPEN = "additionalProperties";
const LIST = toolList(TOOLS);
/** Tools that the reference does not have: the platform's notices and its other client name them. */
const OTHERS = [
  "check_requests",
  "list_inbox",
  "get_request",
  "respond_request",
  "add_request_message",
  "cancel_request",
];
/** Arguments that it does not have; they may be left out. */
const MORE: Readonly<Record<string, readonly string[]>> = {
  create_request: ["recipient_id", "source_workspace_id"],
  create_approval: ["source_workspace_id"],
};

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

Deno.test("the list is made once, when it is first asked for", () => {
  let made = 0;
  const counted = new Proxy(TOOLS, {
    get: (tools, name) => {
      if (name === "map") made += 1;
      return Reflect.get(tools, name);
    },
  });
  const list = toolLister(counted);
  assertEquals(made, 0);
  assertEquals(list(), LIST);
  assertStrictEquals(list(), list());
  assertEquals(made, 1);
});

Deno.test("what has a default may be left out of the input, and is always in the output", () => {
  const schema = z.object({ limit: z._default(z.number(), 10) });
  const [made] = toolList([{
    name: "made_up",
    title: "Made up",
    description: "Made up.",
    hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
    input: schema,
    output: schema,
    run: () => Promise.reject(new Error("not called")),
  }]);
  assertEquals(required(made), []);
  assertEquals(field(made?.outputSchema, "required"), ["limit"]);
});

Deno.test("names and their order are the reference's", () => {
  const names = LIST.map(({ name }) => name);
  assertEquals(
    names.filter((name) => !OTHERS.includes(name)),
    reference.tools.map(({ name }) => name),
  );
  const first = names.indexOf("create_approval") + 1;
  assertEquals(names.slice(first, first + OTHERS.length), OTHERS);
});

Deno.test("arguments have the reference's names, types and order", () => {
  for (const known of reference.tools) {
    const shape = (entry: unknown) =>
      Object.entries(inputFields(entry)).map(([name, schema]) => [name, field(schema, "type")]);
    const more = MORE[known.name] ?? [];
    const expected = [...shape(known), ...more.map((name) => [name, "string"])];
    assertEquals(shape(tool(known.name)), expected, known.name);
  }
});

Deno.test("what the reference lets out may be left out, and nothing more", () => {
  for (const known of reference.tools) {
    // Here an agent may leave out what the reference makes it send and then ignores, or reads as
    // "all" when it is empty (tests/README.md, "Checking a task").
    const expected = known.name === "check_task_status" ? [] : required(known);
    assertEquals(required(tool(known.name)), expected, known.name);
  }
});

Deno.test("enumerations hold the reference's values, but for the empty text that Gemini refuses", () => {
  for (const known of reference.tools) {
    for (const [name, schema] of Object.entries(inputFields(known))) {
      const values = field(schema, "enum");
      if (values === undefined) continue;
      assert(Array.isArray(values));
      const expected = values.filter((value) => value !== "");
      assertEquals(field(inputFields(tool(known.name))[name], "enum"), expected, known.name);
    }
  }
});

Deno.test("every tool has a title, a description and an object of typed results", () => {
  for (const entry of LIST) {
    assertMatch(textField(entry, "title") ?? "", /^[A-Z].{3,}$/, String(entry.name));
    assertMatch(textField(entry, "description") ?? "", /\.$/, String(entry.name));
    for (const schema of ["inputSchema", "outputSchema"]) {
      assertEquals(textField(field(entry, schema), "type"), "object", `${schema} of ${entry.name}`);
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
  assert(!JSON.stringify(LIST).includes("$schema"), "it costs tokens and says nothing");
});

/** What OpenAI, Gemini, VS Code, Bedrock and Mistral all take of JSON Schema in a tool's input. */
const PORTABLE = ["type", "description", "properties", "required", "items", "enum"];
const MAX_DEPTH = 5;
const MAX_DESCRIPTION_LENGTH = 1_024;

/** What a provider would refuse in a tool's input, or read as something else. */
function unportable(schema: unknown, path: string, depth = 0): string[] {
  if (!isObject(schema)) return [`${path} is no schema`];
  const { type, properties, items, enum: values, required = [], description = "" } = schema;
  const open = schema.additionalProperties === true && type === "object" ? [OPEN] : [];
  const faults = Object.keys(schema).filter((key) => ![...PORTABLE, ...open].includes(key))
    .map((key) => `${path} says ${key}`);
  if (typeof type !== "string") faults.push(`${path} has not one type`);
  if (depth > MAX_DEPTH) faults.push(`${path} is too deep`);
  if (String(description).length > MAX_DESCRIPTION_LENGTH) faults.push(`${path} is too long`);
  if (values !== undefined) {
    const isText = (value: unknown) => typeof value === "string" && value !== "";
    const fits = type === "string" && Array.isArray(values) && values.every(isText);
    if (!fits) faults.push(`${path} has an enum of something else than text`);
  }
  if (type === "array") faults.push(...unportable(items, `${path}[]`, depth + 1));
  if (type === "object") {
    const known = isObject(properties) ? Object.entries(properties) : [];
    // A client may read it as an object that is always empty; only a tool without arguments is.
    if (known.length === 0 && depth > 0) faults.push(`${path} has no properties`);
    for (const name of Array.isArray(required) ? required : []) {
      if (!known.some(([property]) => property === name)) faults.push(`${path} requires ${name}`);
    }
    for (const [name, property] of known) {
      if (!/^[a-zA-Z0-9_]{1,64}$/.test(name)) faults.push(`${path} has a property ${name}`);
      faults.push(...unportable(property, `${path}.${name}`, depth + 1));
    }
  }
  return faults;
}

Deno.test("every tool's input is taken by every provider of models", () => {
  for (const { name, inputSchema } of LIST) {
    assertMatch(String(name), /^[a-zA-Z][a-zA-Z0-9_]{0,63}$/);
    assertEquals(unportable(inputSchema, String(name)), []);
  }
  for (
    const schema of [
      { type: "object", properties: { scope: { type: "string", enum: ["LOCAL", ""] } } },
      { type: "object", properties: { card: { type: "object", properties: {} } } },
      { type: "object", properties: { limit: { type: ["integer", "null"] } } },
      { type: "object", properties: { list: { type: "array" } } },
      { type: "object", properties: { either: { anyOf: [{ type: "string" }] } } },
      { type: "object", properties: {}, required: ["x"] },
      { type: "object", properties: {}, additionalProperties: false },
    ]
  ) assert(unportable(schema, "x").length > 0, JSON.stringify(schema));
});

Deno.test("an agent card is open for every field of A2A, and says which ones the canvas shows", () => {
  const { card } = inputFields(tool("update_agent_card"));
  assertEquals(field(card, OPEN), true);
  assertEquals(Object.keys(field(card, "properties") ?? {}), ["name", "description", "skills"]);
});

Deno.test("the whole table takes less than 4,500 tokens of an agent's context", () => {
  const tokens = encode(JSON.stringify({ tools: LIST })).length;
  assert(tokens < MAX_TOKENS, `tools/list takes ${tokens} tokens, the limit is ${MAX_TOKENS}`);
});
