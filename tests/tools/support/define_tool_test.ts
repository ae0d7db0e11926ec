import { assertEquals, assertRejects } from "@std/assert";
import * as z from "zod/mini";
import type { ToolContext } from "../../../src/tools/support/context.ts";
import { defineTool } from "../../../src/tools/support/define_tool.ts";
import { ToolInputError } from "../../../src/tools/support/errors.ts";

const tool = defineTool({
  name: "made_up",
  title: "Made up",
  description: "Made up.",
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: z.object({
    name: z.string().check(z.minLength(2), z.maxLength(4)),
    size: z.enum(["small", "large"]),
    count: z.optional(z.number().check(z.gte(1))),
  }),
  output: z.object({ text: z.string() }),
  aliases: { title: "name", constructor: "size" },
  run: (args) => {
    const text = JSON.stringify(args);
    return Promise.resolve({ text, structured: { text } });
  },
});

/** What the tool makes of the arguments; it needs nothing else. */
const run = (args: unknown) => tool.run(args, {} as ToolContext);

Deno.test("arguments that fit reach the tool; null is left out", async () => {
  const args = { name: "Ada", size: "small" };
  assertEquals(JSON.parse((await run({ ...args, count: null })).text), args);
});

Deno.test("an argument may be called by another name; its own counts if both are given", async () => {
  const size = "small";
  for (
    const [args, name] of [
      [{ title: "Ada" }, "Ada"],
      [{ title: "Ada", name: null }, "Ada"],
      [{ title: "Ada", name: "Bob" }, "Bob"],
    ] as const
  ) assertEquals(JSON.parse((await run({ ...args, size })).text), { name, size });
});

Deno.test("arguments that are missing are named, all of them", async () => {
  const required = async (args: unknown) =>
    (await assertRejects(() => run(args), ToolInputError)).message;
  assertEquals(await required({ size: "small" }), "Error: name is required");
  assertEquals(await required({}), "Error: name and size are required");
  assertEquals(await required({ size: null }), "Error: name and size are required");
});

Deno.test("arguments that do not fit are reported with what would", async () => {
  for (
    const [args, fault] of [
      [{ name: "Ada", size: "huge" }, 'size: expected one of "small", "large"'],
      [{ name: "A", size: "small" }, "name: at least 2"],
      [{ name: "Adelaide", size: "small" }, "name: at most 4"],
      [{ name: "Ada", size: "small", count: 0 }, "count: at least 1"],
      [{ name: {}, size: "small" }, "name: expected string"],
      // What is wrong is told before what is missing.
      [{ name: "A" }, 'name: at least 2; size: expected one of "small", "large"'],
      ["no object", "arguments: expected object"],
    ] as const
  ) {
    const { message } = await assertRejects(() => run(args), ToolInputError);
    assertEquals(message, `Error: invalid arguments for made_up: ${fault}`);
  }
});
