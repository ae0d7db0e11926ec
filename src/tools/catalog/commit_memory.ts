import * as z from "zod/mini";
import { createMemory } from "../../platform/api/memories.ts";
import { redactLikelySecrets } from "../../safety/secrets/likely_secrets.ts";
import { defineTool } from "../support/define_tool.ts";
import { ToolInputError } from "../support/errors.ts";
import { parseScope, scopeArgument } from "../memories/scope.ts";
import { requiredString, sourceArgument } from "../support/arguments.ts";

export const commitMemoryTool = defineTool({
  name: "commit_memory",
  title: "Store a memory",
  description:
    "Store a fact for later sessions; secrets in it are masked. Every call adds an entry.",
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: true },
  permission: "memory.write",
  input: z.object({
    content: requiredString("What to remember."),
    scope: scopeArgument(
      "LOCAL (default): only this workspace; TEAM: parent and siblings; GLOBAL: everyone, if " +
        "the platform allows it.",
    ),
    source_workspace_id: sourceArgument("owns the memory", "the primary one"),
  }),
  output: z.object({ success: z.boolean(), id: z.string(), scope: z.string() }),
  async run(args, { router, signal }) {
    const content = redactLikelySecrets(args.content).trim();
    if (content === "") throw new ToolInputError("Error: content is required");
    const scope = parseScope(args.scope, "LOCAL") ?? "LOCAL";
    const { client } = router.route(args.source_workspace_id);
    const memory = await createMemory(client, { content, scope }, signal);
    const result = { success: true, ...memory };
    return { text: JSON.stringify(result), structured: result };
  },
});
