import { field, textField } from "../../lib/json.ts";
import type { PlatformCall, PlatformReply } from "../client/call.ts";
import type { PlatformClient } from "../client/client.ts";
import { isUnknownPath } from "../errors/known_answers.ts";
import { malformed, objectOf } from "../errors/malformed.ts";
import { PlatformError } from "../errors/platform_error.ts";
import {
  messageOf,
  type PlatformRequest,
  type RequestAction,
  type RequestKind,
  requestOf,
  type RequestThread,
} from "./request_row.ts";

export {
  isOpenRequest,
  isWorkspace,
  type Party,
  type PlatformRequest,
  PRIORITY,
  type RequestAction,
  type RequestKind,
  type RequestMessage,
  type RequestThread,
} from "./request_row.ts";

/** As long as the reference waits for one to be raised. */
const RAISE_TIMEOUT_MS = 20_000;
const TIMEOUT_MS = 10_000;
/**
 * The platform limits neither titles nor details: with less room, a few long ones of one peer would hide
 * those of all others.
 */
const MAX_REPLY_BYTES = 64 * 1024 * 1024;

/** A request to be raised. */
export interface NewRequest {
  readonly kind: RequestKind;
  /** The workspace that is asked; absent: the organisation's user. */
  readonly recipientId?: string;
  readonly title: string;
  readonly detail?: string;
  readonly priority?: number;
}

/** How many requests a list holds at most: the newest. No more are read of a longer one. */
export const LISTED_REQUESTS = 50;
/** The same for the messages of a request: the oldest. */
const LISTED_MESSAGES = 200;

/**
 * `POST /workspaces/{id}/requests` (src/platform/API.md, "Raise a request"). Not idempotent: never
 * repeated after a possible success.
 *
 * @throws {PlatformError} kind `not_routed` on a platform that has no requests, as every call here
 */
export async function createRequest(
  client: PlatformClient,
  { kind, recipientId, title, detail = "", priority }: NewRequest,
  signal: AbortSignal,
): Promise<{ id: string; status: string }> {
  const reply = await ask(client, {
    method: "POST",
    path: [],
    once: true,
    json: {
      kind,
      recipient_type: recipientId === undefined ? "user" : "agent",
      recipient_id: recipientId ?? "",
      title,
      detail,
      ...(priority !== undefined && { priority }),
    },
    timeoutMs: RAISE_TIMEOUT_MS,
    signal,
  });
  const id = textField(reply.json, "request_id");
  if (id === undefined) throw malformed(client, "a raised request", reply.json);
  return { id, status: textField(reply.json, "status") ?? "pending" };
}

/**
 * `GET /workspaces/{id}/requests` and `…/requests/inbox` (src/platform/API.md, "List requests"): the
 * newest 50, the newest first.
 *
 * @param box what this workspace raised, or what is addressed to it
 * @param status only those in this status
 * @throws {PlatformError}
 */
export async function listRequests(
  client: PlatformClient,
  box: "raised" | "inbox",
  status: string | undefined,
  signal: AbortSignal,
): Promise<PlatformRequest[]> {
  const { json } = await ask(client, {
    method: "GET",
    path: box === "inbox" ? ["inbox"] : [],
    query: { status },
    signal,
  });
  if (!Array.isArray(json)) throw malformed(client, "a list of requests", json);
  return json.slice(0, LISTED_REQUESTS).flatMap((row) => requestOf(row) ?? []);
}

/**
 * `GET /workspaces/{id}/requests/{requestId}` (src/platform/API.md, "Read a request").
 *
 * @throws {PlatformError} kind `not_found`, or `forbidden` when it is between others
 */
export async function getRequest(
  client: PlatformClient,
  requestId: string,
  signal: AbortSignal,
): Promise<RequestThread> {
  const { json } = await ask(client, { method: "GET", path: [requestId], signal });
  const request = requestOf(field(json, "request"));
  const messages = field(json, "messages");
  if (!request || !Array.isArray(messages)) throw malformed(client, "a request", json);
  // What was decided about another is no decision about this one.
  if (request.id !== requestId.toLowerCase()) {
    throw malformed(client, `the request ${requestId}, but another one`, json);
  }
  const listed = messages.slice(0, LISTED_MESSAGES);
  return { request, messages: listed.flatMap((row) => messageOf(row) ?? []) };
}

/**
 * `POST /workspaces/{id}/requests/{requestId}/respond` (src/platform/API.md, "Answer a request"): closes
 * one that is addressed to this workspace. A second time it is `not_found`.
 *
 * @throws {PlatformError}
 */
export async function respondToRequest(
  client: PlatformClient,
  requestId: string,
  action: RequestAction,
  signal: AbortSignal,
): Promise<void> {
  const reply = await ask(client, {
    method: "POST",
    path: [requestId, "respond"],
    json: { action },
    signal,
  });
  checkClosed(client, reply, { requestId, status: action, expected: "an answered request" });
}

/**
 * `POST /workspaces/{id}/requests/{requestId}/messages` (src/platform/API.md, "Answer a request"). Not
 * idempotent.
 *
 * @returns the message's id, when the platform says it
 * @throws {PlatformError}
 */
export async function addRequestMessage(
  client: PlatformClient,
  requestId: string,
  body: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const reply = await ask(client, {
    method: "POST",
    path: [requestId, "messages"],
    once: true,
    // The platform sets the author itself, and refuses a message that does not name one.
    json: { body, author_type: "agent", author_id: client.workspace.id },
    signal,
  });
  return textField(objectOf(client, reply, "a message to a request"), "message_id");
}

/**
 * `POST /workspaces/{id}/requests/{requestId}/cancel` (src/platform/API.md, "Answer a request"): takes
 * back one that this workspace raised. Nobody is told.
 *
 * @throws {PlatformError}
 */
export async function cancelRequest(
  client: PlatformClient,
  requestId: string,
  signal: AbortSignal,
): Promise<void> {
  const reply = await ask(client, { method: "POST", path: [requestId, "cancel"], signal });
  const status = "cancelled";
  checkClosed(client, reply, { requestId, status, expected: "a cancelled request" });
}

/**
 * An answer may leave out what became of which request, but not name something else.
 *
 * @throws {PlatformError} kind `malformed`: whether it took is then not known
 */
function checkClosed(
  client: PlatformClient,
  reply: PlatformReply,
  { requestId, status, expected }: { requestId: string; status: string; expected: string },
): void {
  const answer = objectOf(client, reply, expected);
  const saidId = textField(answer, "request_id")?.toLowerCase() ?? requestId.toLowerCase();
  const saidStatus = textField(answer, "status") ?? status;
  if (saidId !== requestId.toLowerCase() || saidStatus !== status) {
    throw malformed(client, `${expected} (${requestId}, ${status})`, answer);
  }
}

/** @param call with the path below `…/requests` */
async function ask(
  client: PlatformClient,
  call: Omit<PlatformCall, "timeoutMs"> & { timeoutMs?: number },
): Promise<PlatformReply> {
  const path = ["workspaces", client.workspace.id, "requests", ...call.path];
  try {
    const limits = { timeoutMs: TIMEOUT_MS, maxReplyBytes: MAX_REPLY_BYTES };
    return await client.request({ ...limits, ...call, path });
  } catch (error) {
    const { origin } = client.workspace;
    if (!(error instanceof PlatformError) || !isUnknownPath(error)) throw error;
    throw new PlatformError(
      "not_routed",
      `${origin} has no requests and approvals (404): the platform is older than them, or PLATFORM_URL ` +
        "has a path that is not the platform's. Ask with send_message_to_user or delegate_task instead",
      { status: 404, body: error.body, maybeDelivered: false, cause: error },
    );
  }
}
