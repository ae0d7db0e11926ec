import * as z from "zod/mini";
import { isObject } from "../../lib/json.ts";
import { coerceArguments } from "./coerce_arguments.ts";
import type { Action } from "../../safety/roles.ts";
import type { ToolContext } from "./context.ts";
import { ToolInputError } from "./errors.ts";

/** What a tool returns to the agent. */
export interface ToolResult<Output = Record<string, unknown>> {
  /** For reading, in the reference's wording. */
  readonly text: string;
  /** The same as data that fits the tool's output schema. */
  readonly structured: Output;
  readonly isError?: boolean;
}

/** The hints of MCP's ToolAnnotations, none left to its default. */
export interface ToolHints {
  readonly readOnly: boolean;
  readonly destructive: boolean;
  readonly idempotent: boolean;
  readonly openWorld: boolean;
}

/** A tool as listed in `TOOLS`; its argument types were checked where it is defined. */
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

/**
 * Defines a tool with typed arguments.
 *
 * @param tool `run` gets the parsed arguments; an error that it throws becomes a result with
 * `isError`
 */
export function defineTool<Input extends z.ZodMiniObject, Output extends z.ZodMiniObject>(tool: {
  name: string;
  title: string;
  description: string;
  hints: ToolHints;
  input: Input;
  output: Output;
  permission?: Action;
  /** Other names of arguments, and the name in the schema, which counts if both are given. */
  aliases?: Readonly<Record<string, string>>;
  run(
    args: z.output<Input>,
    context: ToolContext,
  ): Promise<ToolResult<z.input<Output>>>;
}): Tool {
  return {
    ...tool,
    run: async (args, context) =>
      await tool.run(
        parseArguments(tool.name, tool.input, withNames(args, tool.aliases)),
        context,
      ),
  };
}

function parseArguments<Input extends z.ZodMiniObject>(
  name: string,
  schema: Input,
  args: unknown,
): z.output<Input> {
  const given = coerceArguments(schema, withoutNulls(args));
  const parsed = z.safeParse(schema, given);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const missing = issues.flatMap(({ path }) =>
    isObject(given) && !Object.hasOwn(given, path[0] ?? "") ? [String(path[0])] : []
  );
  if (missing.length === issues.length) {
    throw new ToolInputError(
      `Error: ${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} required`,
    );
  }
  const faults = issues.map((issue) => {
    const where = issue.path.join(".") || "arguments";
    return `${where}: ${expectation(issue)}`;
  });
  throw new ToolInputError(`Error: invalid arguments for ${name}: ${faults.join("; ")}`);
}

function withNames(args: unknown, aliases: Readonly<Record<string, string>> = {}): unknown {
  if (!isObject(args)) return args;
  const named = Object.entries(aliases).flatMap(([alias, name]) =>
    Object.hasOwn(args, alias) && (args[name] ?? null) === null ? [[name, args[alias]]] : []
  );
  return { ...args, ...Object.fromEntries(named) };
}

/** Agents often write null for an argument that they mean to leave out. */
function withoutNulls(args: unknown): unknown {
  if (!isObject(args)) return args;
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== null));
}

/** zod/mini has no message texts, so the text is made from the issue's code. */
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
