import * as z from "zod/mini";
import { truncateList } from "../support/truncate_list.ts";
import { limitArgument, type LimitRange, parseLimit } from "../support/arguments.ts";
import { defineTool } from "../support/define_tool.ts";
import { ToolInputError } from "../support/errors.ts";
import { messageOutput, problemSchema } from "../inbox/message_schema.ts";
import { checkInbox } from "../inbox/inbox_health.ts";

const LIMIT: LimitRange = { fallback: 10, max: 200 };
/** How long a peek waits for the platform's first answer. */
const FIRST_ANSWER_MS = 3_000;

export const inboxPeekTool = defineTool({
  name: "inbox_peek",
  title: "Peek at the inbox",
  description:
    "List waiting messages without removing them: users' first, then peers', each oldest " +
    "first.",
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: z.object({ limit: limitArgument("messages", LIMIT) }),
  output: z.object({
    messages: z.array(z.any()).check(z.describe("Each as from wait_for_message.")),
    note: z.optional(z.string()),
    problem: problemSchema,
  }),
  async run(args, context) {
    const { inbox, signal } = context;
    const reason = await inbox.unavailable();
    if (reason !== undefined) throw new ToolInputError(reason);
    const limit = parseLimit(args.limit, LIMIT);
    // Just after the start the platform has not been asked yet: an empty inbox would mean nothing.
    if (inbox.peek(1).length === 0) await inbox.asked(FIRST_ANSWER_MS, signal);
    const { items: messages, omitted } = truncateList(inbox.peek(limit).map(messageOutput), {
      atLeastOne: true,
    });
    const problem = await checkInbox(context, messages);
    const note = omitted === 0
      ? undefined
      : `${omitted} more do not fit in one result: pop some of these first`;
    const structured = {
      messages,
      note,
      problem,
    };
    if (problem !== undefined) return { text: JSON.stringify(structured), structured };
    // The reference returns a plain list.
    const text = JSON.stringify(messages);
    return { text: note === undefined ? text : `${text}\n${note}`, structured };
  },
});
