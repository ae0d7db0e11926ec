import * as z from "zod/mini";
import { delegate } from "../platform/delegations.ts";
import { cleanText } from "../safety/untrusted_text.ts";
import { defineTool } from "./define_tool.ts";
import { parseTarget, statusCall, targetInput } from "./peer_target.ts";

export const delegateTaskAsyncTool = defineTool({
  name: "delegate_task_async",
  title: "Delegate without waiting",
  description: "Give a task to a peer and get a delegation id at once; fetch the result with " +
    "check_task_status. The platform queues and delivers it; the same task to the same peer is " +
    "delegated once.",
  hints: { readOnly: false, destructive: false, idempotent: true, openWorld: true },
  permission: "delegate",
  input: targetInput,
  output: z.object({
    delegation_id: z.string(),
    workspace_id: z.string(),
    status: z.string(),
    note: z.string(),
  }),
  async run(args, context) {
    const target = parseTarget("delegate_task_async", args, context);
    const { peerId, task, session } = target;
    const accepted = await delegate(session.client, peerId, task, context.signal);
    const delegationId = cleanText(accepted.delegationId);
    const result = {
      delegation_id: delegationId,
      workspace_id: peerId,
      status: cleanText(accepted.status),
      note: [
        accepted.repeated
          ? "This very task was delegated before; this is that delegation."
          : "It runs in the background.",
        `Poll with ${statusCall(target, delegationId)}.`,
        ...(accepted.warning === undefined ? [] : [`Platform: ${cleanText(accepted.warning)}.`]),
      ].join(" "),
    };
    return { text: JSON.stringify(result), structured: result };
  },
});
