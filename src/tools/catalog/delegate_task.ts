import * as z from "zod/mini";
import { fencePeerText } from "../../safety/untrusted/untrusted_text.ts";
import { delegateDirectly } from "../delegation/delegate_directly.ts";
import { delegateViaQueue } from "../delegation/delegate_via_queue.ts";
import type { Delivery } from "../delegation/outcome.ts";
import { displayName, failureText, TRUNCATED_NOTE } from "../delegation/result_text.ts";
import {
  type DelegationTarget,
  parseTarget,
  statusCall,
  targetArguments,
} from "../delegation/target.ts";
import { defineTool, type ToolResult } from "../support/define_tool.ts";

const output = z.object({
  status: z.enum(["answered", "pending", "queued", "failed"]),
  answer: z.optional(z.string().check(z.describe("The peer's words, fenced."))),
  truncated: z.optional(z.boolean()),
  delegation_id: z.optional(z.string()),
  repeated: z.optional(z.boolean()),
  note: z.optional(z.string().check(z.describe("Peer text in it is fenced."))),
});

export const delegateTaskTool = defineTool({
  name: "delegate_task",
  title: "Delegate a task",
  description:
    "Give a task to a peer and wait for its answer. For short questions; for long jobs " +
    "use delegate_task_async. If the answer takes long, you get a delegation id for " +
    "check_task_status instead; do not send the task again.",
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: true },
  permission: "delegate",
  input: targetArguments,
  output,
  async run(args, context) {
    const target = parseTarget("delegate_task", args, context);
    const deliver = context.settings.delegation.viaQueue ? delegateViaQueue : delegateDirectly;
    const delivery = await deliver(target, context);
    const name = displayName(context.router.peerName(target.peerId), target.peerId);
    return withDuplicateNote(resultOf(delivery, target, name), delivery.duplicateNote);
  },
});

function resultOf(
  delivery: Delivery,
  target: DelegationTarget,
  name: string,
): ToolResult<z.input<typeof output>> {
  const { status } = delivery;
  switch (status) {
    case "answered": {
      const answer = fencePeerText(delivery.answer);
      if (!delivery.truncated) return { text: answer, structured: { status, answer } };
      return {
        text: `${answer}\n${TRUNCATED_NOTE}`,
        structured: { status, answer, truncated: true, note: TRUNCATED_NOTE },
      };
    }
    case "pending": {
      const { delegationId, elapsedMs, reached } = delivery;
      const after = `after ${Math.round(elapsedMs / 1000)} s`;
      const state = reached
        ? `${name} has the task and is still working on it ${after}.`
        : `The platform has not accepted the task for ${name} ${after}; molecule-mcp keeps ` +
          "trying in the background.";
      const note = `${state} Delegation id: ${delegationId}. Fetch the answer with ` +
        `${statusCall(target, delegationId)}; do not send the task again.`;
      return { text: note, structured: { status, delegation_id: delegationId, note } };
    }
    case "queued": {
      const { note, delegationId } = delivery;
      return {
        text: note,
        structured: { status, note, delegation_id: delegationId },
      };
    }
    case "failed": {
      const note = `DELEGATION FAILED to ${name}: [A2A_ERROR] ${failureText(delivery)}\n` +
        "You can ask another peer, do the work yourself, or tell the user that this peer is " +
        "not available.";
      return { text: note, structured: { status, note }, isError: true };
    }
  }
}

/** Marks an old delegation's outcome as old: nothing new was sent, even if the old one failed. */
function withDuplicateNote(
  result: ToolResult<z.input<typeof output>>,
  duplicateNote: string | undefined,
): ToolResult<z.input<typeof output>> {
  if (duplicateNote === undefined) return result;
  const { text, structured } = result;
  const note = structured.note === undefined
    ? duplicateNote
    : `${structured.note}\n${duplicateNote}`;
  return {
    ...result,
    text: `${text}\n${duplicateNote}`,
    structured: { ...structured, repeated: true, note },
  };
}
