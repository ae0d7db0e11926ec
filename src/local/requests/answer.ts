/**
 * What is done with a request that was raised: answering, writing to it, taking it back
 * (src/platform/API.md, "Answer a request"). All throw a StoreError when the database fails, or the
 * id is no UUID.
 *
 * @module
 */
import type { PlatformContext } from "../context.ts";
import { fail, json } from "../server/http.ts";
import type { RequestMessageRow, RequestRow } from "../state/rows.ts";
import { tellOfMessage, tellOfResponse } from "./notices.ts";
import { closedBy, isOpen, isRecipient, isRequester, may, type Party } from "./party.ts";

const UNKNOWN = "request not found";
const NOT_OPEN = "request not found or already resolved";

/** Closes the request. */
export function respond(
  platform: PlatformContext,
  requestId: string,
  party: Party,
  action: string,
): Response {
  const { store, clock, events } = platform;
  const row = store.request(requestId);
  if (!row) return fail(404, NOT_OPEN);
  if (!may(isRecipient, row, party)) return fail(403, "not the recipient");
  if (isRequester(row, party)) return fail(400, "request: responder cannot be the requester");
  const status = closedBy(row.kind, action);
  if (!status) return fail(400, "request: invalid action for this request kind");
  if (!isOpen(row)) return fail(404, NOT_OPEN);
  const now = clock.stamp();
  const change = {
    status,
    responderType: party.type,
    responderId: party.id,
    updatedAt: now,
    respondedAt: now,
  };
  store.updateRequest(row.id, change);
  events.emit(row.requesterId, "REQUEST_RESPONDED", {
    request_id: row.id,
    status,
    responder_type: party.type,
    responder_id: party.id,
    title: row.title,
    kind: row.kind,
  });
  tellOfResponse(platform, { ...row, ...change });
  return json(200, { status, request_id: row.id });
}

/** Writes to the request, also to one that is closed; a question from others marks an open one. */
export function addMessage(
  platform: PlatformContext,
  requestId: string,
  party: Party,
  body: string,
): Response {
  const { store, clock, events } = platform;
  const row = store.request(requestId);
  if (!row) return fail(404, UNKNOWN);
  if (!may(isParticipant, row, party)) return fail(403, "not a participant");
  const message: RequestMessageRow = {
    id: crypto.randomUUID(),
    requestId: row.id,
    authorType: party.type,
    authorId: party.id,
    body,
    createdAt: clock.stamp(),
  };
  store.insertRequestMessage(message);
  const isFromOthers = !isRequester(row, party);
  if (isFromOthers && isOpen(row)) {
    store.updateRequest(row.id, { status: "info_requested", updatedAt: message.createdAt });
  }
  events.emit(row.requesterId, "REQUEST_MESSAGE", {
    request_id: row.id,
    message_id: message.id,
    author_type: party.type,
    author_id: party.id,
  });
  if (isFromOthers) tellOfMessage(platform, row, message);
  return json(201, { status: "created", request_id: row.id, message_id: message.id });
}

/** Takes the request back. Nobody is told. */
export function cancel(platform: PlatformContext, requestId: string, party: Party): Response {
  const { store, clock } = platform;
  const row = store.request(requestId);
  if (!row) return fail(404, NOT_OPEN);
  if (!may(isRequester, row, party)) return fail(403, "not the requester");
  if (!isOpen(row)) return fail(404, NOT_OPEN);
  store.updateRequest(row.id, { status: "cancelled", updatedAt: clock.stamp() });
  return json(200, { status: "cancelled", request_id: row.id });
}

/** The request for one who has to do with it, or the refusal. */
export function look(
  { store }: PlatformContext,
  requestId: string,
  party: Party,
): RequestRow | Response {
  const row = store.request(requestId);
  if (!row) return fail(404, UNKNOWN);
  return may(isParticipant, row, party) ? row : fail(403, "not a participant");
}

function isParticipant(row: RequestRow, party: Party): boolean {
  return isRequester(row, party) || isRecipient(row, party);
}
