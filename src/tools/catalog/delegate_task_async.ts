import * as z from "zod/mini";
import { delegate } from "../../platform/api/delegations.ts";
import { cleanText } from "../../safety/untrusted/untrusted_text.ts";
import { defineTool } from "../support/define_tool.ts";
import { parseTarget, statusCall, targetArguments } from "../delegation/target.ts";
import { refuseRemovedPeer } from "../delegation/look_up_peer.ts";
import { duplicateNote } from "../delegation/duplicate_note.ts";

export const delegateTaskAsyncTool = defineTool({
  name: "delegate_task_async",
  title: "Delegate without waiting",
  description: "Give a task to a peer and get a delegation id at once; fetch the result with " +
    "check_task_status. The platform queues and delivers it; the same task to the same peer is " +
    "delegated only once.",
  hints: { readOnly: false, destructive: false, idempotent: true, openWorld: true },
  permission: "delegate",
  input: targetArguments,
  output: z.object({
    delegation_id: z.string(),
    workspace_id: z.string(),
    status: z.string(),
    repeated: z.optional(z.boolean()),
    note: z.string(),
  }),
  async run(args, context) {
    const target = parseTarget("delegate_task_async", args, context);
    const { peerId, task, source } = target;
    await refuseRemovedPeer(target, context);
    const accepted = await delegate(source.client, peerId, task, context.signal);
    const delegationId = cleanText(accepted.delegationId);
    const result = {
      delegation_id: delegationId,
      workspace_id: peerId,
      status: cleanText(accepted.status),
      repeated: accepted.repeated || undefined,
      note: [
        accepted.repeated
          ? await duplicateNote(accepted, source, context.signal)
          : "The task runs in the background.",
        `Poll with ${statusCall(target, delegationId)}.`,
        ...(accepted.warning === undefined ? [] : [`Platform: ${cleanText(accepted.warning)}.`]),
      ].join(" "),
    };
    return { text: JSON.stringify(result), structured: result };
  },
});
