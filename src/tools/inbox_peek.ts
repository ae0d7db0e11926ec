import * as z from "zod/mini";
import { limitArgument, parseLimit } from "./chat_history.ts";
import { fitting } from "./fitting.ts";
import { defineTool, ToolInputError } from "./define_tool.ts";
import { messageSchema, shownMessage } from "./message_schema.ts";
import { shutOut } from "./shut_out.ts";

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 200;

export const inboxPeekTool = defineTool({
  name: "inbox_peek",
  title: "Peek into the inbox",
  description:
    "List waiting messages without removing them: users' first, then peers', oldest first " +
    "in each.",
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: z.object({ limit: limitArgument("How many; default 10.") }),
  output: z.object({ messages: z.array(messageSchema), note: z.optional(z.string()) }),
  async run(args, context) {
    const { inbox } = context;
    const reason = await inbox.unavailable();
    if (reason !== undefined) throw new ToolInputError(reason);
    const { shown: messages, leftOut } = fitting(
      inbox.peek(parseLimit(args.limit, DEFAULT_LIMIT, MAX_LIMIT)).map(shownMessage),
      { atLeastOne: true },
    );
    const cause = messages.length === 0 ? await shutOut(context) : undefined;
    if (cause !== undefined) throw new ToolInputError(`Error: no messages can be had: ${cause}`);
    const text = JSON.stringify(messages);
    if (leftOut === 0) return { text, structured: { messages } };
    const note = `${leftOut} more would be too long for one result: pop some of these first`;
    return { text: `${text}\n${note}`, structured: { messages, note } };
  },
});
