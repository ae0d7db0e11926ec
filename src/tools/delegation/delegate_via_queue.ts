import {
  type AcceptedDelegation,
  delegate,
  type DelegationRow,
  isTerminal,
  listDelegations,
} from "../../platform/api/delegations.ts";
import { PlatformError, type PlatformErrorKind } from "../../platform/errors/platform_error.ts";
import { isPlatformsOwn } from "../../platform/api/own_words.ts";
import { sleep } from "../../lib/sleep.ts";
import type { ToolContext } from "../support/context.ts";
import { duplicateNote } from "./duplicate_note.ts";
import { failedOutcome } from "./failed_outcome.ts";
import { lookUpPeer } from "./look_up_peer.ts";
import type { Delivery, Outcome } from "./outcome.ts";
import { errorLine } from "./result_text.ts";
import { retry } from "./retry.ts";
import { showCurrentTask } from "./show_current_task.ts";
import { type DelegationTarget, statusCall } from "./target.ts";
import { waitWithinCall } from "./wait_within_call.ts";

const FINAL: ReadonlySet<PlatformErrorKind> = new Set(["cancelled", "unauthorized"]);

/**
 * Queues the task on the platform and polls for its result (DELEGATION_SYNC_VIA_INBOX=1;
 * tests/README.md, "Delegating and waiting"). The delegation continues when the wait ends.
 *
 * @throws {ToolInputError} when the peer is unknown, removed or offline
 * @throws {PlatformError} when the platform does not accept the task
 */
export async function delegateViaQueue(
  target: DelegationTarget,
  context: ToolContext,
): Promise<Delivery> {
  const { background, router, settings } = context;
  const { peerId, source } = target;
  const delegation = new QueuedDelegation(target, context);
  const delivery = delegation.run();
  // An accepted delegation is in the platform's own list; any other is remembered here.
  const continueInBackground = () => {
    if (delegation.accepted) return delegation.stopPolling();
    background.add(
      { delegationId: delegation.id, sourceId: source.workspace.id, targetId: peerId },
      delivery.then((result) => outcomeOf(result, delegation.id), failedOutcome),
    );
    background.track(delivery.then(() => {}, () => {})); // A failure is in the outcome above.
  };
  const waited = await waitWithinCall(delivery, {
    what: () => `${router.peerName(peerId)} to answer`,
    context,
    maxWaitMs: settings.delegation.pollBudgetMs,
    onCancel: continueInBackground,
  });
  if (waited.finished) return waited.value;
  continueInBackground();
  const { accepted } = delegation;
  return {
    status: "pending",
    delegationId: accepted?.delegationId ?? delegation.id,
    elapsedMs: waited.elapsedMs,
    reached: accepted !== undefined,
    duplicateNote: delegation.duplicateNote,
  };
}

/** One delegation from the look-up to its final row. */
class QueuedDelegation {
  /** Used in place of the platform's id until there is one. */
  readonly id = crypto.randomUUID();
  accepted: AcceptedDelegation | undefined;
  /** Present when the platform had this very task before. */
  duplicateNote: string | undefined;
  readonly #target: DelegationTarget;
  readonly #context: ToolContext;
  readonly #polling = new AbortController();

  constructor(target: DelegationTarget, context: ToolContext) {
    this.#target = target;
    this.#context = context;
  }

  stopPolling(): void {
    this.#polling.abort();
  }

  async run(): Promise<Delivery> {
    const { peerId, task, source } = this.#target;
    const { settings, timing, progress } = this.#context;
    const { signal } = this.#polling;
    const attempts = {
      settings: settings.delegation,
      signal,
      startedAtMs: performance.now(),
      onRetry: (reason: string) => progress?.(`Trying again: ${reason}`),
    };
    const name = await lookUpPeer(this.#target, this.#context, attempts);
    progress?.(`Delegating to ${name}`);
    const hide = showCurrentTask(source, `Delegating to ${name}`, this.#context);
    try {
      const accepted = await retry(
        () => delegate(source.client, peerId, task, signal),
        // The idempotency key makes sure that the task is accepted only once.
        ({ kind }) => kind === "unreachable" || kind === "timed_out",
        attempts,
      );
      this.accepted = accepted;
      if (accepted.repeated) {
        this.duplicateNote = await duplicateNote(accepted, source, signal);
      }
      const row = await finalRow(
        accepted.delegationId,
        (signal) => listDelegations(source.client, signal),
        {
          signal,
          intervalMs: timing.pollIntervalMs,
          untilMs: performance.now() + settings.delegation.pollBudgetMs,
        },
      );
      return { ...deliveryOf(row, this.#target, name), duplicateNote: this.duplicateNote };
    } finally {
      hide();
    }
  }
}

/**
 * The delegation's row, once it tells the task's outcome. After a failed poll comes the next one,
 * unless the failure is final.
 *
 * @throws {PlatformError} kind `timed_out` when there is no such row in time
 */
async function finalRow(
  delegationId: string,
  list: (signal: AbortSignal) => Promise<DelegationRow[]>,
  { signal, intervalMs, untilMs }: { signal: AbortSignal; intervalMs: number; untilMs: number },
): Promise<DelegationRow> {
  while (true) {
    try {
      const rows = await list(signal);
      const row = rows.find((candidate) => candidate.delegation_id === delegationId);
      if (row && (isTerminal(row.status) || row.awaiting_peer)) return row;
    } catch (error) {
      if (!(error instanceof PlatformError) || FINAL.has(error.kind)) throw error;
    }
    await sleep(intervalMs, signal);
    if (signal.aborted || performance.now() >= untilMs) {
      throw new PlatformError(
        signal.aborted ? "cancelled" : "timed_out",
        `delegation ${delegationId} is not finished yet; check it later with check_task_status`,
        { maybeDelivered: true },
      );
    }
  }
}

function deliveryOf(row: DelegationRow, target: DelegationTarget, name: string): Delivery {
  if (row.awaiting_peer) {
    return {
      status: "queued",
      delegationId: row.delegation_id,
      note: `The task is waiting in ${name}'s queue or inbox. Do not send it again; the answer ` +
        `will come as a message from that peer or through ${
          statusCall(target, row.delegation_id)
        }.`,
    };
  }
  if (row.status === "completed") {
    return {
      status: "answered",
      answer: row.response_preview ?? row.summary,
      truncated: row.truncated,
    };
  }
  const words = errorLine(row.error ?? row.summary);
  return isPlatformsOwn(words)
    ? { status: "failed", reason: words }
    : { status: "failed", reason: "the delegation failed", peerWords: words };
}

/** The same for a call that nobody is waiting for any more. */
function outcomeOf(delivery: Delivery, id: string): Outcome {
  switch (delivery.status) {
    case "answered":
      return { status: "completed", answer: delivery.answer };
    case "queued":
      return { status: "queued", note: delivery.note };
    case "failed":
      return delivery;
    case "pending":
      return { status: "failed", reason: `delegation ${id} is not finished yet` };
  }
}
