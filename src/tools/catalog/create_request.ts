import * as z from "zod/mini";
import { integerWithin } from "../../lib/bounded_integer.ts";
import { PRIORITY, type RequestKind } from "../../platform/api/requests.ts";
import { allowed, denialText } from "../../safety/roles.ts";
import {
  parseOptionalText,
  parseText,
  REQUEST_ALIASES,
  requestSourceArgument,
} from "../requests/arguments.ts";
import { raisedSchema, raiseRequest } from "../requests/raise_request.ts";
import { checkRecipient } from "../requests/recipient.ts";
import { optionalString, requiredString } from "../support/arguments.ts";
import { defineTool } from "../support/define_tool.ts";
import { ToolInputError } from "../support/errors.ts";

const KINDS: readonly RequestKind[] = ["task", "approval"];

export const createRequestTool = defineTool({
  name: "create_request",
  title: "Ask for something",
  description: "Ask the user or a peer for a task (do something) or an approval (decide). " +
    "Does not block: the answer comes as a message. For a mere remark use send_message_to_user.",
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: true },
  aliases: REQUEST_ALIASES,
  input: z.object({
    kind: z.string().check(z.meta({ description: "What you ask for.", enum: KINDS })),
    title: requiredString("What to do or decide, in one line."),
    detail: optionalString("What is needed to decide."),
    priority: z.optional(
      z.number().check(z.meta({ description: "Higher is more urgent.", type: "integer" })),
    ),
    recipient_id: optionalString("Peer to ask; default: the user."),
    source_workspace_id: requestSourceArgument,
  }),
  output: raisedSchema,
  async run(args, context) {
    const title = parseText("title", args.title);
    const kind = KINDS.find((each) => each === args.kind.trim().toLowerCase());
    if (kind === undefined) throw new ToolInputError('Error: kind must be "task" or "approval"');
    const request = {
      kind,
      title,
      detail: parseOptionalText(args.detail),
      priority: parsePriority(args.priority),
    };
    const recipientId = args.recipient_id?.trim() || undefined;
    const source = context.router.route(args.source_workspace_id, recipientId);
    if (recipientId === undefined) return await raiseRequest(request, source, context);
    // Giving work to a peer is delegating it, whatever the tool is called.
    if (!allowed("delegate", context.policy)) {
      throw new ToolInputError(denialText("delegate", context.policy.roles));
    }
    const recipient = await checkRecipient(recipientId, source, context);
    return await raiseRequest(request, source, context, recipient);
  },
});

function parsePriority(value: number | undefined): number | undefined {
  if (value === undefined) return undefined;
  const priority = integerWithin(value, PRIORITY);
  if (priority !== undefined) return priority;
  const { min, max } = PRIORITY;
  throw new ToolInputError(`Error: priority must be a whole number from ${min} to ${max}`);
}
