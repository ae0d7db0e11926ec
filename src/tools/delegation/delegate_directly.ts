import type { A2aReply } from "../../platform/api/a2a_reply.ts";
import { reportActivity } from "../../platform/api/activity.ts";
import { cutText } from "../../lib/cut_text.ts";
import { errorText } from "../../lib/error_text.ts";
import type { ToolContext } from "../support/context.ts";
import { failedOutcome } from "./failed_outcome.ts";
import { lookUpPeer } from "./look_up_peer.ts";
import type { Delivery, Outcome } from "./outcome.ts";
import { errorLine, truncateAnswer } from "./result_text.ts";
import { sendTask } from "./send_task.ts";
import { showCurrentTask } from "./show_current_task.ts";
import type { DelegationTarget } from "./target.ts";
import { waitWithinCall } from "./wait_within_call.ts";

/**
 * Sends the task through the A2A proxy and waits for the peer's reply. A delegation that is not
 * answered in time, or that the client cancels, continues in the background within its total
 * budget, so that no task is sent twice and the whole answer can be fetched.
 *
 * @throws {ToolInputError} when the peer is unknown, removed or offline
 * @throws {PlatformError} when the look-up fails
 */
export async function delegateDirectly(
  target: DelegationTarget,
  context: ToolContext,
): Promise<Delivery> {
  const { background, router } = context;
  const { peerId, source } = target;
  const delegation = new DirectDelegation(target, context);
  const outcome = delegation.run();
  const continueInBackground = () => {
    background.add(
      { delegationId: delegation.id, sourceId: source.workspace.id, targetId: peerId },
      outcome.catch(failedOutcome),
    );
    background.track(outcome.then(() => {}, () => {})); // A failure is in the outcome above.
  };
  const waited = await waitWithinCall(outcome, {
    what: () => `${router.peerName(peerId)} to answer`,
    context,
    onCancel: continueInBackground,
  });
  if (waited.finished) return deliveryOf(waited.value);
  continueInBackground();
  return {
    status: "pending",
    delegationId: delegation.id,
    elapsedMs: waited.elapsedMs,
    reached: delegation.sent,
  };
}

/** One delegation from the look-up to the answer. */
class DirectDelegation {
  /** The id for check_task_status, and of the message. */
  readonly id = crypto.randomUUID();
  /** Whether the look-up is done and the task is on its way. */
  sent = false;
  readonly #target: DelegationTarget;
  readonly #context: ToolContext;
  readonly #startedAtMs = performance.now();
  /**
   * Never fires: neither the end of the call nor its cancellation ends the task. The budget in the
   * settings bounds it.
   */
  readonly #signal = new AbortController().signal;

  constructor(target: DelegationTarget, context: ToolContext) {
    this.#target = target;
    this.#context = context;
  }

  async run(): Promise<Outcome> {
    const { peerId, task, source } = this.#target;
    const { settings, progress } = this.#context;
    const attempts = {
      settings: settings.delegation,
      signal: this.#signal,
      startedAtMs: this.#startedAtMs,
      onRetry: (reason: string) => progress?.(`Trying again: ${reason}`),
    };
    const name = await lookUpPeer(this.#target, this.#context, attempts);
    progress?.(`Delegating to ${name}`);
    this.sent = true;
    this.#report({ summary: `Delegating to ${name}`, task });
    const hide = showCurrentTask(source, `Delegating to ${name}`, this.#context);
    const outcome = await sendTask(source.client, peerId, task, {
      ...attempts,
      messageId: this.id,
    })
      .then((reply) => outcomeOf(reply, name), failedOutcome);
    hide();
    if (outcome.status === "completed") {
      const response = outcome.answer;
      this.#report({ summary: `${name} responded (${response.length} chars)`, response });
    } else if (outcome.status === "failed") {
      const error = outcome.peerWords === undefined
        ? outcome.reason
        : `${outcome.reason}: ${outcome.peerWords}`;
      this.#report({ summary: `${name} failed: ${cutText(error, 120)}`, error });
    }
    return outcome;
  }

  #report(details: { summary: string; task?: string; response?: string; error?: string }): void {
    const { peerId, source } = this.#target;
    const { background, log } = this.#context;
    background.track(
      reportActivity(source.client, {
        type: details.task === undefined ? "a2a_receive" : "a2a_send",
        targetId: peerId,
        ...details,
      }).catch((error) => {
        // The canvas lacks a line; the delegation itself is not affected.
        log.info(`Cannot report the delegation to ${peerId}: ${errorText(error)}`, {
          subject: "reporting delegations",
        });
      }),
    );
  }
}

function outcomeOf(reply: A2aReply, name: string): Outcome {
  switch (reply.kind) {
    case "answer":
      return { status: "completed", answer: truncateAnswer(reply.text) };
    case "queued":
      return { status: "queued", note: queuedNote(reply.by, name) };
    case "error": {
      const code = reply.code === undefined ? "" : ` (code=${reply.code})`;
      return reply.message === undefined
        ? { status: "failed", reason: `the peer gave no reason${code}` }
        : {
          status: "failed",
          reason: `the peer reports an error${code}`,
          peerWords: errorLine(reply.message),
        };
    }
    case "malformed":
      return {
        status: "failed",
        reason: "the answer has an unexpected shape; the task may have been delivered, so do not " +
          "simply send it again",
      };
  }
}

function queuedNote(by: "poll" | "busy" | "later", name: string): string {
  switch (by) {
    case "poll":
      return `Delivered to ${name}'s inbox. ${name} fetches its messages itself, so the answer ` +
        "will come as a message from that peer: call wait_for_message for it. Do not send the " +
        "task again.";
    case "busy":
      return `${name} is busy; the platform has queued the task and will deliver it as soon as ` +
        `${name} is free. Do not send it again; an answer may come as a message from that peer.`;
    case "later":
      return `The platform has accepted the task for ${name} and will deliver it later. Do not ` +
        "send it again; an answer may come as a message from that peer.";
  }
}

function deliveryOf(outcome: Outcome): Delivery {
  switch (outcome.status) {
    case "completed":
      return { status: "answered", answer: outcome.answer };
    case "queued":
      return { status: "queued", note: outcome.note };
    case "failed":
      return outcome;
  }
}
