import * as z from "zod/mini";
import { addRequestMessage } from "../../platform/api/requests.ts";
import { cleanLine } from "../../safety/untrusted/untrusted_text.ts";
import {
  parseText,
  REQUEST_ALIASES,
  requestIdArgument,
  requestSourceArgument,
} from "../requests/arguments.ts";
import { oneAttemptError } from "../requests/failure.ts";
import { requestTarget } from "../requests/request_source.ts";
import { requiredString } from "../support/arguments.ts";
import { defineTool } from "../support/define_tool.ts";

const MAX_ID_LENGTH = 128;

export const addRequestMessageTool = defineTool({
  name: "add_request_message",
  title: "Write to a request",
  description: "Write to a request: ask back, or answer a question. Decides nothing.",
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: true },
  aliases: REQUEST_ALIASES,
  input: z.object({
    request_id: requestIdArgument,
    body: requiredString("What to write."),
    source_workspace_id: requestSourceArgument,
  }),
  output: z.object({ request_id: z.string() }),
  async run(args, context) {
    const body = parseText("body", args.body);
    const { requestId, source } = await requestTarget(args, context);
    let messageId;
    try {
      messageId = await addRequestMessage(source.client, requestId, body, context.signal);
    } catch (error) {
      throw oneAttemptError(
        error,
        "The message may have been added all the same: look with get_request before you write it again",
      );
    }
    context.inbox.wroteToRequest(source.workspace.id);
    const id = cleanLine(messageId ?? "", MAX_ID_LENGTH);
    return {
      text:
        `Message added to the request ${requestId}${
          id === undefined ? "" : ` (id ${id})`
        }. If you ` +
        "expect an answer, get_request with wait_secs waits for it.",
      structured: { request_id: requestId, ...(id !== undefined && { message_id: id }) },
    };
  },
});
