import * as z from "zod/mini";
import { fencePeerText } from "../../safety/untrusted_text.ts";
import { defineTool, type ToolResult } from "../support/define_tool.ts";
import { delegateDirectly } from "../delegation/delegate_directly.ts";
import { delegateViaQueue } from "../delegation/delegate_via_queue.ts";
import { parseTarget, statusCall, type Target, targetInput } from "../delegation/look_up_peer.ts";
import { type Failure, failureText, nameToSay, TRUNCATED_NOTE } from "../delegation/result_text.ts";

/** How a synchronous delegation stands when the tool call ends. */
export type Delivery =
  & (
    | { readonly status: "answered"; readonly answer: string; readonly truncated?: boolean }
    /** The peer works on it; the answer is fetched with check_task_status. */
    | {
      readonly status: "pending";
      readonly delegationId: string;
      readonly elapsedMs: number;
      /** Whether the task is known to be on its way; otherwise it is still being tried. */
      readonly reached: boolean;
    }
    /** It lies in a queue and nothing will come back over this call. */
    | { readonly status: "queued"; readonly note: string; readonly delegationId?: string }
    | ({ readonly status: "failed" } & Failure)
  )
  & {
    /** Said when the platform had this very task before and did not take it again. */
    readonly repeated?: string;
  };

const output = z.object({
  status: z.enum(["answered", "pending", "queued", "failed"]),
  answer: z.optional(z.string().check(z.describe("The peer's words, fenced."))),
  truncated: z.optional(z.boolean()),
  delegation_id: z.optional(z.string()),
  repeated: z.optional(z.boolean()),
  note: z.optional(z.string().check(z.describe("Peer's words in it are fenced."))),
});

export const delegateTaskTool = defineTool({
  name: "delegate_task",
  title: "Delegate a task",
  description:
    "Give a task to a peer and wait for its answer. For short questions; for long jobs " +
    "use delegate_task_async. When the answer takes long you get a delegation id for " +
    "check_task_status instead; do not send the task again.",
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: true },
  permission: "delegate",
  input: targetInput,
  output,
  async run(args, context) {
    const target = parseTarget("delegate_task", args, context);
    const deliver = context.settings.delegation.viaQueue ? delegateViaQueue : delegateDirectly;
    const delivery = await deliver(target, context);
    const name = nameToSay(context.sessions.peerName(target.peerId), target.peerId);
    return withRepeated(resultOf(delivery, target, name), delivery.repeated);
  },
});

function resultOf(
  delivery: Delivery,
  target: Target,
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
        ? `${name} got the task and is still working on it ${after}.`
        : `The platform has not taken the task for ${name} ${after}; it is tried again in the ` +
          "background.";
      const note = `${state} Delegation id: ${delegationId}. Fetch the answer with ` +
        `${statusCall(target, delegationId)}; do not send it again.`;
      return { text: note, structured: { status, delegation_id: delegationId, note } };
    }
    case "queued": {
      const { note, delegationId } = delivery;
      return {
        text: note,
        structured: {
          status,
          note,
          ...(delegationId !== undefined && { delegation_id: delegationId }),
        },
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

/** An old delegation's outcome is told as such: after a failure, too, nothing new was sent. */
function withRepeated(
  result: ToolResult<z.input<typeof output>>,
  repeated: string | undefined,
): ToolResult<z.input<typeof output>> {
  if (repeated === undefined) return result;
  const { text, structured } = result;
  const note = structured.note === undefined ? repeated : `${structured.note}\n${repeated}`;
  return {
    ...result,
    text: `${text}\n${repeated}`,
    structured: { ...structured, repeated: true, note },
  };
}
