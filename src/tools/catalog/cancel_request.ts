import * as z from "zod/mini";
import { cancelRequest } from "../../platform/api/requests.ts";
import {
  REQUEST_ALIASES,
  requestIdArgument,
  requestSourceArgument,
} from "../requests/arguments.ts";
import { requestTarget } from "../requests/request_source.ts";
import { closeRequest } from "../requests/settle.ts";
import { defineTool } from "../support/define_tool.ts";

const STATUS = "cancelled";

export const cancelRequestTool = defineTool({
  name: "cancel_request",
  title: "Take back a request",
  description: "Take back an open request that you raised. Nobody is told.",
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: true },
  aliases: REQUEST_ALIASES,
  input: z.object({ request_id: requestIdArgument, source_workspace_id: requestSourceArgument }),
  output: z.object({ request_id: z.string(), status: z.string() }),
  async run(args, context) {
    const target = await requestTarget(args, context, "requester");
    const { requestId, source } = target;
    // It is no news to the agent then.
    const record = () => context.inbox.cancelledRequest(source.workspace.id, requestId);
    await closeRequest(target, {
      toolName: "cancel_request",
      status: STATUS,
      close: () => cancelRequest(source.client, requestId, context.signal),
      // Whoever cancelled it: it is what was wanted.
      isOurs: () => true,
      onFound: async ({ status }) => {
        if (status === STATUS) await record();
      },
    }, context);
    await record();
    return {
      text:
        `The request ${requestId} is now ${STATUS}. The platform tells nobody: if a peer may have ` +
        "begun with it, tell the peer.",
      structured: { request_id: requestId, status: STATUS },
    };
  },
});
