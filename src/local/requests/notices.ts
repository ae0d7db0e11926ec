/**
 * What the platform writes to the agent that asked (src/platform/API.md, "How an answer reaches the
 * asker"). Should a notice not get into the queue, the request itself still tells.
 *
 * @module
 */
import type { PlatformContext } from "../context.ts";
import { ANSWER_PREFIX, enqueueNotice, type Notice, QUESTION_PREFIX } from "../delivery/enqueue.ts";
import type { RequestMessageRow, RequestRow } from "../state/rows.ts";
import { StoreError } from "../state/store.ts";
import { quoted } from "./quoted.ts";

/** Tells the agent how its request was answered. */
export function tellOfResponse(platform: PlatformContext, row: RequestRow): void {
  const { id, kind, title, status, responderType, responderId } = row;
  const who = responderType === "agent" ? `agent ${responderId}` : "the user";
  const idempotencyKey = `${ANSWER_PREFIX}${id}`;
  tell(platform, row.requesterId, {
    idempotencyKey,
    messageId: `${idempotencyKey}-${crypto.randomUUID()}`,
    text: `Your ${kind} request ${quoted(title)} (id ${id}) was ${status} by ${who}. ` +
      "get_request shows what was written to it, check_requests what else you have asked for. " +
      "Nobody reads an answer to this notice: send_message_to_user tells the user something.",
  });
}

/** Tells the agent what was written to its request. */
export function tellOfMessage(
  platform: PlatformContext,
  { id, kind, title, requesterId }: RequestRow,
  message: RequestMessageRow,
): void {
  const idempotencyKey = `${QUESTION_PREFIX}${message.id}`;
  tell(platform, requesterId, {
    idempotencyKey,
    messageId: `${idempotencyKey}-${crypto.randomUUID()}`,
    text: `More info requested on your ${kind} request ${quoted(title)} (id ${id}): ` +
      `${message.body}\n\nAnswer with add_request_message; the request stays open meanwhile.`,
  });
}

function tell(platform: PlatformContext, workspaceId: string, notice: Notice): void {
  try {
    enqueueNotice(platform, workspaceId, notice);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
  }
}
