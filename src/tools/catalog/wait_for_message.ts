import * as z from "zod/mini";
import { defineTool } from "../support/define_tool.ts";
import { ToolInputError } from "../support/errors.ts";
import { messageOutput, messageSchema, problemSchema } from "../inbox/message_schema.ts";
import { reportWaiting } from "../support/report_waiting.ts";
import { waitForInboxMessage } from "../inbox/inbox_health.ts";
import { callLimitSecs, remainingWaitMs } from "../support/timing.ts";

/** The longest wait that is accepted; every call is answered sooner than that. */
const MAX_SECS = 300;
const AGAIN =
  "No message arrived. Call wait_for_message again to keep waiting; no message is lost in between.";

export const waitForMessageTool = defineTool({
  name: "wait_for_message",
  title: "Wait for a message",
  description:
    "Wait until a message arrives, also about a request; after a timeout, call it again. " +
    "The message stays in the inbox: call inbox_pop once it is handled.",
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  input: z.object({
    timeout_secs: z.optional(
      z.number().check(
        z.describe(
          "Longest wait; up to 300 is accepted, but a call returns within 50 (the default), or " +
            "within 100 with progress.",
        ),
      ),
    ),
  }),
  output: z.extend(z.partial(messageSchema), {
    timeout: z.optional(z.boolean()),
    timeout_secs: z.optional(z.number()),
    note: z.optional(z.string()),
    problem: problemSchema,
  }),
  async run(args, context) {
    const reason = await context.inbox.unavailable();
    if (reason !== undefined) throw new ToolInputError(reason);
    const timeoutSecs = Math.min(parseTimeout(args.timeout_secs), callLimitSecs(context));
    const stopReporting = reportWaiting(context, "a message");
    try {
      const waitMs = Math.min(timeoutSecs * 1000, remainingWaitMs(context));
      const { message, problem } = await waitForInboxMessage(context, waitMs);
      const result = {
        ...(message
          ? messageOutput(message)
          : { timeout: true, timeout_secs: timeoutSecs, note: AGAIN }),
        problem,
      };
      return { text: JSON.stringify(result), structured: result };
    } finally {
      stopReporting();
    }
  },
});

function parseTimeout(value = MAX_SECS): number {
  return Math.min(Math.max(value, 0), MAX_SECS);
}
