/**
 * Sending a delegated task, in the background, and writing down what came of it
 * (src/platform/API.md, "Delegations").
 *
 * @module
 */
import { sleep } from "../../lib/sleep.ts";
import type { PlatformContext } from "../context.ts";
import { isObject, parseJson } from "../state/json.ts";
import { StoreError } from "../state/store.ts";
import {
  answerText,
  type Delegation,
  insertCompleted,
  insertFailed,
  insertQueued,
  updateRequestRow,
} from "./delegation_rows.ts";
import { proxyMessage } from "./proxy.ts";

/** Sends the task, and once more after a failure that may pass. A failing database stops nothing. */
export async function sendDelegation(
  platform: PlatformContext,
  delegation: Delegation,
): Promise<void> {
  const { background, options } = platform;
  attempt(() => setStatus(platform, delegation, "dispatched"));
  let reply = await sendOnce(platform, delegation);
  if (isTransient(reply)) {
    await sleep(options.delegateRetryMs, background.signal);
    if (background.signal.aborted) return;
    reply = await sendOnce(platform, delegation);
  }
  attempt(() => writeResult(platform, delegation, reply));
}

interface Reply {
  status: number;
  text: string;
}

async function sendOnce(platform: PlatformContext, delegation: Delegation): Promise<Reply> {
  const { id, sourceId, targetId, task } = delegation;
  const message = {
    role: "user",
    messageId: id,
    parts: [{ kind: "text", text: task }],
    metadata: { delegation_id: id },
  };
  const params = { message, metadata: { delegation_id: id } };
  const text = JSON.stringify({ jsonrpc: "2.0", id, method: "message/send", params });
  try {
    const call = { callerId: sourceId, targetId, text, delegationId: id };
    const response = await proxyMessage(platform, call);
    return { status: response.status, text: await response.text() };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return { status: 500, text: JSON.stringify({ error: "lookup failed" }) };
  }
}

/** An agent that could not be reached or is being restarted. */
function isTransient({ status, text }: Reply): boolean {
  if (status === 502) return true;
  const body = parseJson(text);
  return status === 503 && isObject(body) && body.restarting === true;
}

function writeResult(platform: PlatformContext, delegation: Delegation, reply: Reply): void {
  const { status, text } = reply;
  const body = parseJson(text);
  if (status === 202 && isObject(body) && body.queued === true) {
    setStatus(platform, delegation, "queued");
    insertQueued(platform, delegation);
  } else if (status < 300) {
    setStatus(platform, delegation, "completed");
    // A poll-mode target's envelope lands here too, as in S and N1: its text becomes the preview.
    insertCompleted(platform, delegation, answerText(text));
  } else {
    const error = isObject(body) && typeof body.error === "string" ? body.error : text;
    setStatus(platform, delegation, "failed", error);
    insertFailed(platform, delegation, error);
  }
}

function setStatus(
  platform: PlatformContext,
  { sourceId, id }: Delegation,
  status: string,
  error?: string,
): void {
  updateRequestRow(platform, sourceId, id, status, error);
}

/** When the database fails the rows stay as they are: nobody waits for this to be told. */
function attempt(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
  }
}
