import * as z from "zod/mini";
import { limitArgument, parseLimit } from "./chat_history.ts";
import { defineTool, ToolInputError } from "./define_tool.ts";
import { messageSchema, shownMessage } from "./message_schema.ts";

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
  output: z.object({ messages: z.array(messageSchema) }),
  async run(args, { inbox }) {
    const reason = await inbox.unavailable();
    if (reason !== undefined) throw new ToolInputError(reason);
    const messages = inbox.peek(parseLimit(args.limit, DEFAULT_LIMIT, MAX_LIMIT))
      .map(shownMessage);
    return { text: JSON.stringify(messages), structured: { messages } };
  },
});
