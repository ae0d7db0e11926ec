/**
 * Tasks and approvals that agents ask for (src/platform/API.md, "Requests"). Whoever a body names,
 * it is the workspace of the path that acts.
 *
 * @module
 */
import * as z from "zod/mini";
import type { PlatformContext } from "../context.ts";
import { addMessage, cancel, look, respond } from "../requests/answer.ts";
import { type Party, STATUSES } from "../requests/party.ts";
import { raise } from "../requests/raise.ts";
import { requestMessageView, requestView } from "../requests/view.ts";
import { type Exchange, param } from "../server/exchange.ts";
import { bind, fail, field, json, orZero } from "../server/http.ts";
import type { RequestFilter } from "../state/store.ts";

const MAX_LISTED = 50;
const MAX_MESSAGES = 200;

const newRequestBody = z.object({
  kind: field.requiredText(),
  recipient_type: field.requiredText(),
  recipient_id: field.text(),
  title: field.requiredText(),
  detail: field.text(),
  priority: orZero(z.int(), null),
});

const responseBody = z.object({
  action: field.requiredText(),
  responder_type: field.text(),
  responder_id: field.text(),
});

const messageBody = z.object({
  body: field.requiredText(),
  author_type: field.requiredText(),
  author_id: field.text(),
});

/** POST /workspaces/{id}/requests */
export function createRequest(platform: PlatformContext, exchange: Exchange): Response {
  const body = bind(exchange.body, newRequestBody);
  if (!body) return fail(400, "invalid request body");
  const { kind, recipient_type: recipientType, recipient_id: recipientId } = body;
  const { title, detail, priority } = body;
  const wanted = { kind, recipientType, recipientId, title, detail, priority };
  return raise(platform, param(exchange, "id"), wanted);
}

/** GET /workspaces/{id}/requests */
export function listRaised(platform: PlatformContext, exchange: Exchange): Response {
  return list(platform, exchange, { requesterId: param(exchange, "id") });
}

/** GET /workspaces/{id}/requests/inbox */
export function listInbox(platform: PlatformContext, exchange: Exchange): Response {
  return list(platform, exchange, { recipientType: "agent", recipientId: param(exchange, "id") });
}

/** GET /workspaces/{id}/requests/{requestId} */
export function getRequest(platform: PlatformContext, exchange: Exchange): Response {
  const row = look(platform, param(exchange, "requestId"), caller(exchange));
  if (row instanceof Response) return row;
  const messages = platform.store.requestMessages(row.id, MAX_MESSAGES).map(requestMessageView);
  return json(200, { request: requestView(row), messages });
}

/** POST /workspaces/{id}/requests/{requestId}/respond */
export function respondToRequest(platform: PlatformContext, exchange: Exchange): Response {
  const body = bind(exchange.body, responseBody);
  if (!body) return fail(400, "invalid request body");
  return respond(platform, param(exchange, "requestId"), caller(exchange), body.action);
}

/** POST /workspaces/{id}/requests/{requestId}/messages */
export function addRequestMessage(platform: PlatformContext, exchange: Exchange): Response {
  const body = bind(exchange.body, messageBody);
  if (!body) return fail(400, "invalid request body");
  return addMessage(platform, param(exchange, "requestId"), caller(exchange), body.body);
}

/** POST /workspaces/{id}/requests/{requestId}/cancel */
export function cancelRequest(platform: PlatformContext, exchange: Exchange): Response {
  return cancel(platform, param(exchange, "requestId"), caller(exchange));
}

function caller(exchange: Exchange): Party {
  return { type: "agent", id: param(exchange, "id") };
}

/** The newest in one status, or in any; in one that does not exist there are none. */
function list(
  { store }: PlatformContext,
  { query }: Exchange,
  filter: Omit<RequestFilter, "status" | "limit">,
): Response {
  const given = query.get("status") ?? "";
  const status = given === "" ? undefined : STATUSES.filter((known) => known === given);
  const rows = store.requests({ ...filter, status, limit: MAX_LISTED });
  return json(200, rows.map(requestView));
}
