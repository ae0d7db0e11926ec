import * as z from "zod/mini";
import { defineTool, ToolInputError } from "../support/define_tool.ts";
import { messageSchema, problemField, shownMessage } from "../inbox/message_schema.ts";
import { reportWaiting } from "../support/report_waiting.ts";
import { waitUnlessShutOut } from "../inbox/inbox_health.ts";
import { limitSecs, patienceLeftMs } from "../support/timing.ts";

/** What clients may ask for; no call is answered as late as that. */
const MAX_SECS = 300;
const AGAIN =
  "No message came. Call wait_for_message again to go on waiting; nothing is lost between.";

export const waitForMessageTool = defineTool({
  name: "wait_for_message",
  title: "Wait for a message",
  description: "Wait until a message from a user or a peer is there, or the timeout passes: then " +
    "call it again. The message stays waiting: call inbox_pop once it is handled.",
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  input: z.object({
    timeout_secs: z.optional(
      z.number().check(
        z.describe(
          "Longest wait; up to 300 is taken, but a call returns after 50 (also the default), with " +
            "progress after 100.",
        ),
      ),
    ),
  }),
  output: z.extend(z.partial(messageSchema), {
    timeout: z.optional(z.boolean()),
    timeout_secs: z.optional(z.number()),
    note: z.optional(z.string()),
    problem: problemField,
  }),
  async run(args, context) {
    const reason = await context.inbox.unavailable();
    if (reason !== undefined) throw new ToolInputError(reason);
    const timeoutSecs = Math.min(parseTimeout(args.timeout_secs), limitSecs(context));
    const stopReporting = reportWaiting(context, "a message");
    try {
      const waitMs = Math.min(timeoutSecs * 1000, patienceLeftMs(context));
      const { message, problem } = await waitUnlessShutOut(context, waitMs);
      const result = {
        ...(message
          ? shownMessage(message)
          : { timeout: true, timeout_secs: timeoutSecs, note: AGAIN }),
        ...(problem !== undefined && { problem }),
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
