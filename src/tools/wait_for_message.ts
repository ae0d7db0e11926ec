import * as z from "zod/mini";
import { defineTool, ToolInputError } from "./define_tool.ts";
import { messageSchema, shownMessage } from "./message_schema.ts";
import { reportWaiting } from "./report_waiting.ts";
import { waitUnlessShutOut } from "./shut_out.ts";

const DEFAULT_SECS = 60;
const MAX_SECS = 300;

export const waitForMessageTool = defineTool({
  name: "wait_for_message",
  title: "Wait for a message",
  description: "Wait until a message from a user or a peer is there, or the timeout passes. The " +
    "message stays waiting: call inbox_pop once it is handled.",
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  input: z.object({
    timeout_secs: z.optional(
      z.number().check(z.describe("Longest wait; default 60, at most 300.")),
    ),
  }),
  output: z.extend(z.partial(messageSchema), {
    timeout: z.optional(z.boolean()),
    timeout_secs: z.optional(z.number()),
  }),
  async run(args, context) {
    const reason = await context.inbox.unavailable();
    if (reason !== undefined) throw new ToolInputError(reason);
    const timeoutSecs = parseTimeout(args.timeout_secs);
    const stopReporting = reportWaiting(context, "a message");
    try {
      const message = await waitUnlessShutOut(context, timeoutSecs * 1000);
      const result = message ? shownMessage(message) : { timeout: true, timeout_secs: timeoutSecs };
      return { text: JSON.stringify(result), structured: result };
    } finally {
      stopReporting();
    }
  },
});

function parseTimeout(value = DEFAULT_SECS): number {
  return Math.min(Math.max(value, 0), MAX_SECS);
}
