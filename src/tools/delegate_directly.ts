import type { A2aReply } from "../platform/a2a_reply.ts";
import { PlatformError } from "../platform/errors.ts";
import { isPlatformsOwn } from "../platform/own_words.ts";
import { reportActivity } from "../platform/report_activity.ts";
import type { Outcome } from "./background_delegations.ts";
import type { ToolContext } from "./context.ts";
import type { Delivery } from "./delegate_task.ts";
import type { Target } from "./peer_target.ts";
import { maybeDelivered, sendTask } from "./send_task.ts";
import { waitOrLeave } from "./wait_or_leave.ts";
import { cutAnswer, reasonLine } from "./wording.ts";
import { messageOf } from "../safety/message_of.ts";

/**
 * Sends the task through the A2A proxy and waits for the peer's reply. What does not answer in time
 * goes on in the background, so that nothing is asked twice and the whole answer can be fetched.
 */
export async function delegateDirectly(
  target: Target,
  name: string,
  context: ToolContext,
): Promise<Delivery> {
  const { peerId, task, session } = target;
  const { log, background, settings } = context;
  const delegationId = crypto.randomUUID();
  const report = (details: { summary: string; task?: string; response?: string; error?: string }) =>
    background.follow(
      reportActivity(session.client, {
        type: details.task === undefined ? "a2a_receive" : "a2a_send",
        targetId: peerId,
        ...details,
      }).catch((error) => {
        // The canvas misses a line; the delegation itself is unharmed.
        log.info(`Cannot report the delegation to ${name}: ${messageOf(error)}`, {
          subject: "reporting delegations",
        });
      }),
    );

  report({ summary: `Delegating to ${name}`, task });
  // Not the call's own signal: a call that left the request behind must not end it.
  const request = new AbortController();
  const outcome = sendTask(session.client, peerId, task, {
    messageId: delegationId,
    settings: settings.delegation,
    signal: request.signal,
    onRetry: (reason) => context.progress?.(`Trying again: ${reason}`),
  }).then((reply) => outcomeOf(reply, name), failureOf);
  background.follow(outcome.then((result) => {
    if (result.status === "completed") {
      const response = result.answer;
      report({ summary: `${name} responded (${response.length} chars)`, response });
    } else if (result.status === "failed") {
      const error = result.peerWords === undefined
        ? result.reason
        : `${result.reason}: ${result.peerWords}`;
      report({ summary: `${name} failed: ${error.slice(0, 120)}`, error });
    }
  }));

  const waited = await waitOrLeave(outcome, {
    what: `${name} to answer`,
    context,
    onCancel: () => request.abort(),
  });
  if (waited.finished) return deliveryOf(waited.value);
  background.add({ delegationId, sourceId: session.workspace.id, targetId: peerId }, outcome);
  return { status: "pending", delegationId, elapsedMs: waited.elapsedMs };
}

function outcomeOf(reply: A2aReply, name: string): Outcome {
  switch (reply.kind) {
    case "answer":
      return { status: "completed", answer: cutAnswer(reply.text) };
    case "queued":
      return { status: "queued", note: queuedNote(reply.by, name) };
    case "error": {
      const code = reply.code === undefined ? "" : ` (code=${reply.code})`;
      return reply.message === undefined
        ? { status: "failed", reason: `the peer gave no reason${code}` }
        : {
          status: "failed",
          reason: `the peer reports an error${code}`,
          peerWords: reasonLine(reply.message),
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
        "comes as a message from that peer: look for it with wait_for_message. Do not send the " +
        "task again.";
    case "busy":
      return `${name} is busy; the platform has queued the task and delivers it as soon as there ` +
        "is room. Do not send it again; an answer may come as a message from that peer.";
    case "later":
      return `The platform has accepted the task for ${name} and delivers it later. Do not send ` +
        "it again; an answer may come as a message from that peer.";
  }
}

function failureOf(error: unknown): Outcome {
  if (!(error instanceof PlatformError)) return { status: "failed", reason: messageOf(error) };
  const delivered = maybeDelivered(error)
    ? ". The task may have been delivered, so do not simply send it again"
    : "";
  const { message, words } = error;
  const hints = `${causeOf(error)}${delivered}`;
  if (words === undefined || isPlatformsOwn(words)) {
    return { status: "failed", reason: `${message}${hints}` };
  }
  // The proxy passes an agent's own error on as if it were the platform's.
  const reason = message.replace(`: ${words}`, () => "");
  return { status: "failed", reason: `${reason}${hints}`, peerWords: words };
}

/** The reference's machine-readable hints (runtime-behaviour D1). */
function causeOf(error: PlatformError): string {
  if (error.kind === "rate_limited") {
    const seconds = error.retryAfterMs === undefined ? "?" : Math.ceil(error.retryAfterMs / 1000);
    return ` (cause=upstream_rate_limited retry_after=${seconds})`;
  }
  if (error.status === 504) return " (cause=upstream_timeout)";
  return error.status === undefined ? "" : ` (status=${error.status} cause=upstream_error)`;
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
