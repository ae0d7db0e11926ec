import * as z from "zod/mini";
import { updateCard } from "../../platform/registry.ts";
import { RememberedCard } from "../../presence/remembered_card.ts";
import { defineTool, ToolInputError } from "../support/define_tool.ts";
import { optionalText } from "../support/arguments.ts";

/** What the canvas shows of a card; the platform keeps any other field of A2A as well. */
const card = z.looseObject({
  name: optionalText("Name on the canvas and in others' list_peers."),
  description: optionalText("What this agent does."),
  skills: z.optional(
    z.array(z.looseObject({
      name: optionalText("The skill in a few words."),
      description: optionalText("What it is good for."),
    })).check(z.describe("What others can ask it for.")),
  ),
}).check(z.describe("The complete new card; it replaces the old one, so repeat what stays."));

export const updateAgentCardTool = defineTool({
  name: "update_agent_card",
  title: "Replace the agent card",
  description:
    "Replace this workspace's agent card; the canvas shows it at once. Use it when your " +
    "name, description or skills change.",
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: true },
  permission: "memory.write",
  input: z.object({ card }),
  output: z.object({ success: z.boolean(), status: z.string() }),
  async run(args, { sessions, settings, log, signal }) {
    if (!saysAnything(args.card)) {
      throw new ToolInputError(
        "Error: the card is empty, which would wipe this agent's card: give at least a name",
      );
    }
    const { client, workspace } = sessions.primary;
    const status = await updateCard(client, args.card, signal);
    await new RememberedCard(settings, workspace.id, (line) => log.problem(line)).save(args.card);
    const result = { success: true, status };
    return { text: JSON.stringify(result, null, 2), structured: result };
  },
});

function saysAnything(value: unknown): boolean {
  if (typeof value === "string") return value.trim() !== "";
  if (typeof value === "object" && value !== null) return Object.values(value).some(saysAnything);
  return value !== undefined && value !== null;
}
