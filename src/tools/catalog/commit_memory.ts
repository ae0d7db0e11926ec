import * as z from "zod/mini";
import { createMemory, type MemoryScope } from "../../platform/memories.ts";
import { redactSecrets } from "../../safety/redact.ts";
import { defineTool, ToolInputError } from "../support/define_tool.ts";
import { optionalText, text } from "../support/arguments.ts";

const SCOPES: readonly MemoryScope[] = ["LOCAL", "TEAM", "GLOBAL"];

/** A scope argument: advertised as an enum, read without regard to letter case. */
export function scopeArgument(description: string, values: readonly string[]) {
  return z.optional(z.string().check(z.meta({ description, enum: values })));
}

/** The scope meant, or `undefined` for none of the three. */
export function parseScope(scope: string | undefined): MemoryScope | undefined {
  const upper = scope?.trim().toUpperCase();
  return SCOPES.find((known) => known === upper);
}

export const commitMemoryTool = defineTool({
  name: "commit_memory",
  title: "Store a memory",
  description: "Store a fact for later sessions; secrets in it are masked. Every call appends.",
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: true },
  permission: "memory.write",
  input: z.object({
    content: text("What to remember."),
    scope: scopeArgument(
      "LOCAL (default): only this workspace; TEAM: parent and siblings; GLOBAL: everyone, if the " +
        "platform lets this workspace.",
      SCOPES,
    ),
    source_workspace_id: optionalText("Workspace that owns the memory, if not the primary one."),
  }),
  output: z.object({ success: z.boolean(), id: z.string(), scope: z.string() }),
  async run(args, { sessions, signal }) {
    const content = redactSecrets(args.content).trim();
    if (content === "") throw new ToolInputError("Error: content is required");
    const scope = parseScope(args.scope);
    if (args.scope?.trim() && !scope) {
      throw new ToolInputError("Error: scope must be LOCAL, TEAM or GLOBAL; left out it is LOCAL");
    }
    const { client } = sessions.resolve(args.source_workspace_id);
    const memory = await createMemory(client, { content, scope: scope ?? "LOCAL" }, signal);
    const result = { success: true, ...memory };
    return { text: JSON.stringify(result), structured: result };
  },
});
