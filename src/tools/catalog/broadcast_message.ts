import * as z from "zod/mini";
import { PlatformError } from "../../platform/errors/platform_error.ts";
import { textField } from "../../lib/json.ts";
import { broadcast } from "../../platform/api/messages.ts";
import { cleanText } from "../../safety/untrusted/untrusted_text.ts";
import { defineTool } from "../support/define_tool.ts";
import { ToolInputError } from "../support/errors.ts";
import { requiredString, sourceArgument } from "../support/arguments.ts";

export const broadcastMessageTool = defineTool({
  name: "broadcast_message",
  title: "Broadcast",
  description: "Send one message to every agent workspace of the organisation. Only for urgent, " +
    "organisation-wide notices; needs the broadcast ability.",
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: true },
  input: z.object({
    message: requiredString("Short text for every agent."),
    workspace_id: sourceArgument("sends it", "the primary one"),
  }),
  output: z.object({ sent: z.boolean(), delivered: z.optional(z.number()) }),
  async run(args, { router, signal }) {
    if (args.message.trim() === "") throw new ToolInputError("Error: message is required");
    const { client } = router.route(args.workspace_id);
    try {
      const delivered = await broadcast(client, args.message, signal);
      return {
        text: `Broadcast sent to ${delivered ?? "?"} workspace(s)`,
        structured: { sent: true, delivered },
      };
    } catch (error) {
      if (!(error instanceof PlatformError) || error.kind !== "forbidden") throw error;
      const hint = textField(error.body, "hint");
      throw new ToolInputError(
        "Error: broadcast ability not enabled for this workspace." +
          (hint === undefined ? " Ask an administrator to enable it." : ` ${cleanText(hint)}`),
      );
    }
  },
});
