import * as z from "zod/mini";
import { getRequest, isOpenRequest } from "../../platform/api/requests.ts";
import {
  REQUEST_ALIASES,
  requestIdArgument,
  requestSourceArgument,
} from "../requests/arguments.ts";
import { awaitChange, type Awaited } from "../requests/await_change.ts";
import { requestTarget } from "../requests/request_source.ts";
import { threadText, threadView } from "../requests/request_view.ts";
import { defineTool } from "../support/define_tool.ts";

export const getRequestTool = defineTool({
  name: "get_request",
  title: "Read a request",
  description: "Read a request and what was written to it.",
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  aliases: REQUEST_ALIASES,
  input: z.object({
    request_id: requestIdArgument,
    wait_secs: z.optional(
      z.number().check(
        z.describe("Wait so long for a decision or a message; at most 50, or 100 with progress."),
      ),
    ),
    source_workspace_id: requestSourceArgument,
  }),
  output: z.object({
    status: z.string(),
    messages: z.array(z.any()).check(z.describe("A peer's words are fenced.")),
    note: z.optional(z.string()),
  }),
  async run(args, context) {
    const target = await requestTarget(args, context);
    const waitMs = Math.max(0, (args.wait_secs ?? 0) * 1000);
    const { thread, problem, timedOut }: Awaited = waitMs > 0
      ? await awaitChange(target, waitMs, context)
      : {
        thread: await getRequest(target.source.client, target.requestId, context.signal),
        timedOut: false,
      };
    context.router.rememberRequest(thread.request, target.source);
    const { omitted, ...view } = threadView(thread, context);
    const notes = [
      ...(omitted > 0 ? [`${omitted} older messages do not fit in one result.`] : []),
      ...(timedOut && isOpenRequest(thread.request)
        ? [
          "It is still open. Asking does not block: go on with what needs no answer, or call get_request " +
          "again to keep waiting.",
        ]
        : []),
      ...(problem === undefined
        ? []
        : [`This may be out of date, the last look at it failed: ${problem}.`]),
    ];
    const note = notes.length === 0 ? undefined : notes.join(" ");
    const text = threadText(view);
    return {
      text: note === undefined ? text : `${text}\n${note}`,
      structured: { ...view, messages: view.messages.map((each) => ({ ...each })), note },
    };
  },
});
