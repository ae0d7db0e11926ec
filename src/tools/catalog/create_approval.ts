import * as z from "zod/mini";
import {
  parseOptionalText,
  parseText,
  REQUEST_ALIASES,
  requestSourceArgument,
} from "../requests/arguments.ts";
import { raisedSchema, raiseRequest } from "../requests/raise_request.ts";
import { optionalString, requiredString } from "../support/arguments.ts";
import { defineTool } from "../support/define_tool.ts";

export const createApprovalTool = defineTool({
  name: "create_approval",
  title: "Ask the user for approval",
  description:
    "Ask the user before anything destructive, costly or out of scope. Do not act until it is approved. Does not block: the decision comes as a message.",
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: true },
  aliases: REQUEST_ALIASES,
  input: z.object({
    action: requiredString("What you want to do."),
    reason: optionalString("Why, and what is at risk."),
    source_workspace_id: requestSourceArgument,
  }),
  output: raisedSchema,
  async run(args, context) {
    const title = parseText("action", args.action);
    const source = context.router.route(args.source_workspace_id);
    const detail = parseOptionalText(args.reason);
    return await raiseRequest({ kind: "approval", title, detail }, source, context);
  },
});
