import {
  delegate,
  type DelegationRow,
  isTerminal,
  listDelegations,
} from "../platform/delegations.ts";
import { PlatformError } from "../platform/errors.ts";
import { pause } from "../presence/timer.ts";
import type { ToolContext } from "./context.ts";
import type { Delivery } from "./delegate_task.ts";
import type { Target } from "./peer_target.ts";
import { waitOrLeave } from "./wait_or_leave.ts";

const POLL_INTERVAL_MS = 3_000;

/**
 * Queues the task on the platform and polls for its result (DELEGATION_SYNC_VIA_INBOX=1;
 * runtime-behaviour D2). The delegation goes on when the wait ends.
 */
export async function delegateViaQueue(
  { peerId, task, session }: Target,
  name: string,
  context: ToolContext,
): Promise<Delivery> {
  const accepted = await delegate(session.client, peerId, task, context.signal);
  const { delegationId } = accepted;
  const polling = new AbortController();
  const result = finalRow(
    delegationId,
    polling.signal,
    (signal) => listDelegations(session.client, signal),
  );
  const waited = await waitOrLeave(result, {
    what: `${name} to answer`,
    context,
    longestMs: context.settings.delegation.pollBudgetMs,
    onCancel: () => polling.abort(),
  });
  polling.abort();
  if (!waited.finished || !waited.value) {
    return {
      status: "pending",
      delegationId,
      waitedMs: waited.finished ? 0 : waited.waitedMs,
    };
  }
  return deliveryOf(waited.value, name);
}

async function finalRow(
  delegationId: string,
  signal: AbortSignal,
  list: (signal: AbortSignal) => Promise<DelegationRow[]>,
): Promise<DelegationRow | undefined> {
  while (!signal.aborted) {
    try {
      const rows = await list(signal);
      const row = rows.find((candidate) => candidate.delegation_id === delegationId);
      if (row && (isTerminal(row.status) || row.awaiting_peer)) return row;
    } catch (error) {
      // A poll that fails is followed by the next; the budget bounds them all.
      if (!(error instanceof PlatformError)) throw error;
    }
    await pause(POLL_INTERVAL_MS, signal);
  }
  return undefined;
}

function deliveryOf(row: DelegationRow, name: string): Delivery {
  if (row.awaiting_peer) {
    return {
      status: "queued",
      delegationId: row.delegation_id,
      note: `The task waits in ${name}'s queue or inbox. Do not send it again; the answer comes ` +
        `as a message from that peer, or with check_task_status(task_id="${row.delegation_id}").`,
    };
  }
  if (row.status === "completed") {
    return {
      status: "answered",
      answer: row.response_preview ?? row.summary,
      ...(row.truncated && { truncated: true }),
    };
  }
  return { status: "failed", reason: row.error ?? (row.summary || "delegation failed") };
}
