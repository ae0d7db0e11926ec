import * as z from "zod/mini";
import { updateCard } from "../../platform/api/registry.ts";
import { RememberedCard } from "../../presence/agent_card.ts";
import { defineTool } from "../support/define_tool.ts";
import { ToolInputError } from "../support/errors.ts";
import { optionalString } from "../support/arguments.ts";

/** The fields of a card that the canvas shows; the platform keeps any other A2A field as well. */
const card = z.looseObject({
  name: optionalString("Name on the canvas and in others' list_peers."),
  description: optionalString("What this agent does."),
  skills: z.optional(
    z.array(z.looseObject({
      name: optionalString("The skill in a few words."),
      description: optionalString("What it is good for."),
    })).check(z.describe("What others can ask for.")),
  ),
}).check(
  z.describe("The complete new card. It replaces the old one: include what should stay."),
);

export const updateAgentCardTool = defineTool({
  name: "update_agent_card",
  title: "Replace the agent card",
  description:
    "Replace this workspace's agent card; the canvas updates at once. Use it when your " +
    "name, description or skills change.",
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: true },
  permission: "memory.write",
  input: z.object({ card }),
  output: z.object({ success: z.boolean(), status: z.string() }),
  async run(args, { router, settings, log, signal }) {
    if (!hasContent(args.card)) {
      throw new ToolInputError(
        "Error: the new card is empty and would wipe this agent's card: give at least a name",
      );
    }
    const { client, workspace } = router.primary;
    const status = await updateCard(client, args.card, signal);
    await new RememberedCard(settings, workspace.id, (line) => log.problem(line)).save(args.card);
    const result = { success: true, status };
    return { text: JSON.stringify(result, null, 2), structured: result };
  },
});

function hasContent(value: unknown): boolean {
  if (typeof value === "string") return value.trim() !== "";
  if (typeof value === "object" && value !== null) return Object.values(value).some(hasContent);
  return value !== undefined && value !== null;
}
