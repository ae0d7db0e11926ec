import { REQUEST_ALIASES } from "../requests/arguments.ts";
import { listArguments, listBox, listSchema } from "../requests/list_box.ts";
import { defineTool } from "../support/define_tool.ts";

export const checkRequestsTool = defineTool({
  name: "check_requests",
  title: "Requests you raised",
  description: "List the requests that you raised, newest first, and what became of them.",
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  aliases: REQUEST_ALIASES,
  input: listArguments,
  output: listSchema,
  run: (args, context) => listBox("raised", args, context),
});
