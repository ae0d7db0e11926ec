import * as z from "zod/mini";
import { defineTool } from "../support/define_tool.ts";
import { ToolInputError } from "../support/errors.ts";
import { requiredString } from "../support/arguments.ts";

export const inboxPopTool = defineTool({
  name: "inbox_pop",
  title: "Acknowledge a message",
  description: "Remove a handled message from the inbox for good, after answering it. " +
    "Repeating it is harmless: an unknown id returns removed=false.",
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
  input: z.object({ activity_id: requiredString("The message's activity_id.") }),
  output: z.object({ removed: z.boolean(), activity_id: z.string() }),
  async run(args, { inbox }) {
    const activityId = args.activity_id.trim();
    if (activityId === "") throw new ToolInputError("Error: activity_id is required.");
    const reason = await inbox.unavailable();
    if (reason !== undefined) throw new ToolInputError(reason);
    const result = { removed: await inbox.pop(activityId), activity_id: activityId };
    return { text: JSON.stringify(result), structured: result };
  },
});
