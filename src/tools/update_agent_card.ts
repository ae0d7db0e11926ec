import * as z from "zod/mini";
import { updateCard } from "../platform/registry.ts";
import { defineTool } from "./define_tool.ts";

export const updateAgentCardTool = defineTool({
  name: "update_agent_card",
  title: "Replace the agent card",
  description:
    "Replace this workspace's agent card; the canvas shows it at once. Use it when your " +
    "name, description or skills change.",
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: true },
  permission: "memory.write",
  input: z.object({
    card: z.looseObject({}).check(
      z.describe("The complete new card: name, description, skills, …"),
    ),
  }),
  output: z.object({ success: z.boolean(), status: z.string() }),
  async run(args, { sessions, signal }) {
    const status = await updateCard(sessions.primary.client, args.card, signal);
    const result = { success: true, status };
    return { text: JSON.stringify(result, null, 2), structured: result };
  },
});
