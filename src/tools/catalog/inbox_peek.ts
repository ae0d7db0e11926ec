import * as z from "zod/mini";
import { limitArgument, parseLimit } from "./chat_history.ts";
import { fitting } from "../support/truncate_list.ts";
import { defineTool, ToolInputError } from "../support/define_tool.ts";
import { messageSchema, problemField, shownMessage } from "../inbox/message_schema.ts";
import { problemWith } from "../inbox/inbox_health.ts";

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 200;
/** As long as a peek waits for the platform's first answer. */
const FIRST_ANSWER_MS = 3_000;

export const inboxPeekTool = defineTool({
  name: "inbox_peek",
  title: "Peek into the inbox",
  description:
    "List waiting messages without removing them: users' first, then peers', oldest first " +
    "in each.",
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: z.object({ limit: limitArgument("How many; default 10.") }),
  output: z.object({
    messages: z.array(messageSchema),
    note: z.optional(z.string()),
    problem: problemField,
  }),
  async run(args, context) {
    const { inbox, signal } = context;
    const reason = await inbox.unavailable();
    if (reason !== undefined) throw new ToolInputError(reason);
    const limit = parseLimit(args.limit, DEFAULT_LIMIT, MAX_LIMIT);
    // At the start nothing was asked yet: no answer would be no news.
    if (inbox.peek(1).length === 0) await inbox.asked(FIRST_ANSWER_MS, signal);
    const { shown: messages, leftOut } = fitting(inbox.peek(limit).map(shownMessage), {
      atLeastOne: true,
    });
    const problem = await problemWith(context, messages);
    const note = `${leftOut} more would be too long for one result: pop some of these first`;
    const structured = {
      messages,
      ...(leftOut > 0 && { note }),
      ...(problem !== undefined && { problem }),
    };
    if (problem !== undefined) return { text: JSON.stringify(structured), structured };
    // A plain list is what the reference shows.
    const text = JSON.stringify(messages);
    return { text: leftOut === 0 ? text : `${text}\n${note}`, structured };
  },
});
