import {
  delegate,
  type DelegationRow,
  isTerminal,
  listDelegations,
} from "../platform/delegations.ts";
import { PlatformError, type PlatformErrorKind } from "../platform/errors.ts";
import { isPlatformsOwn } from "../platform/own_words.ts";
import { pause } from "../presence/timer.ts";
import type { ToolContext } from "./context.ts";
import type { Delivery } from "./delegate_task.ts";
import { statusCall, type Target } from "./peer_target.ts";
import { waitOrLeave } from "./wait_or_leave.ts";
import { reasonLine } from "./wording.ts";

const FINAL: ReadonlySet<PlatformErrorKind> = new Set(["cancelled", "unauthorized"]);

/**
 * Queues the task on the platform and polls for its result (DELEGATION_SYNC_VIA_INBOX=1;
 * runtime-behaviour D2). The delegation goes on when the wait ends.
 */
export async function delegateViaQueue(
  target: Target,
  name: string,
  context: ToolContext,
): Promise<Delivery> {
  const { peerId, task, session } = target;
  const accepted = await delegate(session.client, peerId, task, context.signal);
  const { delegationId } = accepted;
  const polling = new AbortController();
  const result = finalRow(
    delegationId,
    (signal) => listDelegations(session.client, signal),
    { signal: polling.signal, intervalMs: context.timing.pollIntervalMs },
  );
  const waited = await waitOrLeave(result, {
    what: `${name} to answer`,
    context,
    longestMs: context.settings.delegation.pollBudgetMs,
    onCancel: () => polling.abort(),
  });
  polling.abort();
  return waited.finished
    ? deliveryOf(waited.value, target, name)
    : { status: "pending", delegationId, elapsedMs: waited.elapsedMs };
}

/**
 * The delegation's row, once it says how the task stands. A poll that fails is followed by the next,
 * except where that is of no use; the patience of the one who waits bounds them all.
 */
async function finalRow(
  delegationId: string,
  list: (signal: AbortSignal) => Promise<DelegationRow[]>,
  { signal, intervalMs }: { signal: AbortSignal; intervalMs: number },
): Promise<DelegationRow> {
  while (true) {
    try {
      const rows = await list(signal);
      const row = rows.find((candidate) => candidate.delegation_id === delegationId);
      if (row && (isTerminal(row.status) || row.awaiting_peer)) return row;
    } catch (error) {
      if (!(error instanceof PlatformError) || FINAL.has(error.kind)) throw error;
    }
    await pause(intervalMs, signal);
  }
}

function deliveryOf(row: DelegationRow, target: Target, name: string): Delivery {
  if (row.awaiting_peer) {
    return {
      status: "queued",
      delegationId: row.delegation_id,
      note: `The task waits in ${name}'s queue or inbox. Do not send it again; the answer comes ` +
        `as a message from that peer, or with ${statusCall(target, row.delegation_id)}.`,
    };
  }
  if (row.status === "completed") {
    return {
      status: "answered",
      answer: row.response_preview ?? row.summary,
      ...(row.truncated && { truncated: true }),
    };
  }
  const words = reasonLine(row.error ?? row.summary);
  return isPlatformsOwn(words)
    ? { status: "failed", reason: words }
    : { status: "failed", reason: "the delegation failed", peerWords: words };
}
