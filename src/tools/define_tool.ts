import * as z from "zod/mini";
import type { Action } from "../safety/permissions.ts";
import type { ToolContext } from "./context.ts";

/** What a tool returns to the agent. */
export interface ToolResult<Output = Record<string, unknown>> {
  /** For reading; the reference's wording. */
  readonly text: string;
  /** The same as data, fitting the tool's output schema. */
  readonly structured: Output;
  readonly isError?: boolean;
}

/** The hints of MCP's ToolAnnotations, all of them said. */
export interface ToolHints {
  readonly readOnly: boolean;
  readonly destructive: boolean;
  readonly idempotent: boolean;
  readonly openWorld: boolean;
}

/** A tool as the table holds it, its argument types checked at its definition. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly hints: ToolHints;
  readonly input: z.ZodMiniObject;
  readonly output: z.ZodMiniObject;
  readonly permission?: Action;
  run(args: unknown, context: ToolContext): Promise<ToolResult>;
}

/** Wrong arguments: shown to the agent with what to change. */
export class ToolInputError extends Error {
  override readonly name = "ToolInputError";
}

/**
 * Defines a tool with typed arguments.
 *
 * @param tool `run` gets the parsed arguments; what it throws becomes a result with `isError`
 */
export function defineTool<Input extends z.ZodMiniObject, Output extends z.ZodMiniObject>(tool: {
  name: string;
  title: string;
  description: string;
  hints: ToolHints;
  input: Input;
  output: Output;
  permission?: Action;
  run(
    args: z.output<Input>,
    context: ToolContext,
  ): Promise<ToolResult<z.input<Output>>>;
}): Tool {
  return {
    ...tool,
    run: async (args, context) =>
      await tool.run(parseArguments(tool.name, tool.input, args), context),
  };
}

function parseArguments<Input extends z.ZodMiniObject>(
  name: string,
  schema: Input,
  args: unknown,
): z.output<Input> {
  const parsed = z.safeParse(schema, args);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => {
    const where = issue.path.join(".") || "arguments";
    return `${where}: ${expectation(issue)}`;
  });
  throw new ToolInputError(`Error: invalid arguments for ${name}: ${faults.join("; ")}`);
}

/** zod/mini carries no message texts; the codes say it all. */
function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `expected ${issue.expected}`;
    case "invalid_value":
      return `expected one of ${issue.values.map((v) => JSON.stringify(v)).join(", ")}`;
    case "too_big":
      return `at most ${issue.maximum}`;
    case "too_small":
      return `at least ${issue.minimum}`;
    default:
      return issue.message;
  }
}
