import * as z from "zod/mini";
import { delegate } from "../../platform/delegations.ts";
import { cleanText } from "../../safety/untrusted_text.ts";
import { defineTool } from "../support/define_tool.ts";
import {
  parseTarget,
  refuseRemovedPeer,
  statusCall,
  targetInput,
} from "../delegation/look_up_peer.ts";
import { repeatedNote } from "../delegation/duplicate_note.ts";

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
    repeated: z.optional(z.boolean()),
    note: z.string(),
  }),
  async run(args, context) {
    const target = parseTarget("delegate_task_async", args, context);
    const { peerId, task, session } = target;
    await refuseRemovedPeer(target, context);
    const accepted = await delegate(session.client, peerId, task, context.signal);
    const delegationId = cleanText(accepted.delegationId);
    const result = {
      delegation_id: delegationId,
      workspace_id: peerId,
      status: cleanText(accepted.status),
      ...(accepted.repeated && { repeated: true }),
      note: [
        accepted.repeated
          ? await repeatedNote(accepted, session, context.signal)
          : "It runs in the background.",
        `Poll with ${statusCall(target, delegationId)}.`,
        ...(accepted.warning === undefined ? [] : [`Platform: ${cleanText(accepted.warning)}.`]),
      ].join(" "),
    };
    return { text: JSON.stringify(result), structured: result };
  },
});
