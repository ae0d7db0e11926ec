import { REQUEST_ALIASES } from "../requests/arguments.ts";
import { listArguments, listBox, listSchema } from "../requests/list_box.ts";
import { defineTool } from "../support/define_tool.ts";

export const listInboxTool = defineTool({
  name: "list_inbox",
  title: "Requests to you",
  description: "List the requests that others address to you, newest first. Answer with " +
    "respond_request.",
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  aliases: REQUEST_ALIASES,
  input: listArguments,
  output: listSchema,
  run: (args, context) => listBox("inbox", args, context),
});
