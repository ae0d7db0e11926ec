import * as z from "zod/mini";
import type { ToolCall } from "../../../src/mcp/calls/tool_provider.ts";
import { ToolCalls } from "../../../src/mcp/calls/tool_calls.ts";
import type { ToolContext } from "../../../src/tools/support/context.ts";
import { defineTool, type Tool, type ToolResult } from "../../../src/tools/support/define_tool.ts";
import { toolServices } from "./tool_services.ts";

/** What must not leave through a result. */
export const TOKEN = "molecule-secret-token-of-this-test";

/** What the tool does. */
export type Run = (args: { word: string }, context: ToolContext) => Promise<ToolResult>;

/** A tool named "try" that does this. */
export function toolThat(run: Run, permission?: Tool["permission"]): Tool {
  return defineTool({
    name: "try",
    title: "Try",
    description: "For tests.",
    hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
    input: z.object({ word: z.string() }),
    output: z.looseObject({}),
    ...(permission && { permission }),
    run,
  });
}

/** The calls of that server, and what it logged. */
export interface TestCalls {
  readonly lines: string[];
  call(changes?: Partial<ToolCall>): Promise<Record<string, unknown>>;
}

/** The calls of a server with that one tool. */
export async function callsOf(
  run: Run,
  options: { permission?: Tool["permission"]; roles?: string[]; token?: string } = {},
): Promise<TestCalls> {
  const { services, redactor, lines } = await toolServices({ token: TOKEN, ...options });
  const calls = new ToolCalls([toolThat(run, options.permission)], services, redactor);
  return {
    lines,
    call: (changes = {}) =>
      calls.call({
        name: "try",
        arguments: { word: "hello" },
        signal: new AbortController().signal,
        ...changes,
      }),
  };
}

/** Fails so. */
export const failing = (error: unknown): Run => () => Promise.reject(error);

/** A failed result with this text. */
export function failure(text: string) {
  return { content: [{ type: "text" as const, text }], isError: true };
}
