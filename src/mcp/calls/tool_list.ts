import * as z from "zod/mini";
import { once } from "../../lib/once.ts";
import type { Tool } from "../../tools/support/define_tool.ts";
import type { Tool as McpTool } from "../sdk.ts";

const OPEN = "additionalProperties";

/** The `tools/list` entries: schemas as plain JSON Schema, kept short for the agent's context. */
export function toolList(tools: readonly Tool[]): McpTool[] {
  return tools.map((tool) => ({
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: jsonSchema(tool.input, "input"),
    outputSchema: jsonSchema(tool.output, "output"),
    annotations: {
      readOnlyHint: tool.hints.readOnly,
      destructiveHint: tool.hints.destructive,
      idempotentHint: tool.hints.idempotent,
      openWorldHint: tool.hints.openWorld,
    },
  }));
}

/**
 * The same, made at the first request and kept: converting the schemas takes milliseconds, and
 * they never change.
 */
export function toolLister(tools: readonly Tool[]): () => readonly McpTool[] {
  return once(() => toolList(tools));
}

/**
 * Leaves out what every client assumes anyway: the dialect, and that unknown keys may occur. An
 * object that is meant to be open says so, so that no client takes its known fields for all there
 * can be.
 */
function jsonSchema(schema: z.ZodMiniType, io: "input" | "output") {
  return shortened(z.toJSONSchema(schema, { io })) as McpTool["inputSchema"];
}

function shortened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shortened);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, member]) => key !== "$schema" && !(key === OPEN && member === false))
      .map(([key, member]) => [key, key === OPEN ? true : shortened(member)]),
  );
}
