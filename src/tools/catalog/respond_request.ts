import * as z from "zod/mini";
import {
  addRequestMessage,
  type RequestAction,
  respondToRequest,
} from "../../platform/api/requests.ts";
import { PlatformError } from "../../platform/errors/platform_error.ts";
import {
  parseOptionalText,
  REQUEST_ALIASES,
  requestIdArgument,
  requestSourceArgument,
} from "../requests/arguments.ts";
import { withoutAdvice } from "../requests/failure.ts";
import { type RequestTarget, requestTarget } from "../requests/request_source.ts";
import { closeRequest } from "../requests/settle.ts";
import { optionalString } from "../support/arguments.ts";
import type { ToolContext } from "../support/context.ts";
import { defineTool } from "../support/define_tool.ts";
import { ToolInputError } from "../support/errors.ts";

const ACTIONS: readonly RequestAction[] = ["done", "rejected", "approved"];

export const respondRequestTool = defineTool({
  name: "respond_request",
  title: "Answer a request",
  description:
    "Close a request addressed to you, for good: a task with done or rejected, an approval with approved or rejected. To ask back use add_request_message.",
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: true },
  aliases: REQUEST_ALIASES,
  input: z.object({
    request_id: requestIdArgument,
    action: z.string().check(z.meta({ description: "Your decision.", enum: ACTIONS })),
    message: optionalString("Result or reason."),
    source_workspace_id: requestSourceArgument,
  }),
  output: z.object({
    status: z.string(),
    note: z.string(),
  }),
  async run(args, context) {
    const action = ACTIONS.find((each) => each === args.action.trim().toLowerCase());
    if (action === undefined) {
      throw new ToolInputError(
        "Error: action must be done or rejected for a task, approved or rejected for an approval",
      );
    }
    const message = parseOptionalText(args.message);
    const target = await requestTarget(args, context, "recipient");
    const { requestId, source } = target;
    const answerLost = await closeRequest(target, {
      toolName: "respond_request",
      status: action,
      close: () => respondToRequest(source.client, requestId, action, context.signal),
      isOurs: ({ responder }) => responder?.id === source.workspace.id,
    }, context);
    const recorded = `The request ${requestId} is now ${action}${
      answerLost ? " (the platform's answer was lost, but it has recorded the decision)" : ""
    }`;
    const added = message === undefined ? undefined : await addMessage(message, target, context);
    const note = added?.problem === undefined
      ? `${recorded}${added ? ", and your message was added" : ""}. Who asked is told.`
      : `${recorded}: the decision is recorded. Your message was not added with certainty: ${added.problem}`;
    return {
      text: note,
      structured: {
        request_id: requestId,
        status: action,
        ...(added && { message_added: added.problem === undefined }),
        note,
      },
    };
  },
});

/** The decision stands whatever becomes of the message, so its failure is no failure of the call. */
async function addMessage(
  message: string,
  { requestId, source }: RequestTarget,
  { signal }: ToolContext,
): Promise<{ problem?: string }> {
  try {
    await addRequestMessage(source.client, requestId, message, signal);
    return {};
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    const reason = withoutAdvice(error);
    return {
      problem: error.maybeDelivered
        ? `${reason}. It may be there: look with get_request, then add it with add_request_message ` +
          "if it is missing"
        : `${reason}. Add it with add_request_message; do not decide again`,
    };
  }
}
