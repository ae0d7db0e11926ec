/**
 * Writing to the user and to the organisation (src/platform/API.md, "The user and the
 * organisation").
 *
 * @module
 */
import * as z from "zod/mini";
import type { PlatformContext } from "../context.ts";
import { tellOrganisation } from "../delivery/broadcast.ts";
import { isAtLeast } from "../options.ts";
import { type Exchange, param } from "../server/exchange.ts";
import { bind, fail, field, json, noSuchEndpoint, orZero } from "../server/http.ts";
import { insertActivity } from "../state/activity_log.ts";
import type { JsonObject } from "../state/json.ts";
import { StoreError } from "../state/store.ts";
import { formatTimestamp } from "../state/timestamps.ts";
import { cutBytes } from "../state/utf8.ts";

const SUMMARY_BYTES = 80;

const attachmentShape = z.object({
  uri: field.text(),
  name: field.text(),
  mimeType: field.text(),
  size: field.int(),
});
const notifyBody = z.object({
  message: field.requiredText(),
  attachments: orZero(z.array(attachmentShape), []),
});
const broadcastBody = z.object({ message: field.requiredText() });

type Attachment = z.output<typeof attachmentShape>;

/** POST /workspaces/{id}/notify */
export function notify(platform: PlatformContext, exchange: Exchange): Response {
  const id = param(exchange, "id");
  const body = bind(exchange.body, notifyBody);
  if (!body) return fail(400, "message is required");
  const incomplete = body.attachments.findIndex((item) => item.uri === "" || item.name === "");
  if (incomplete >= 0) return fail(400, `attachment[${incomplete}]: uri and name are required`);
  const row = platform.store.workspace(id);
  if (!row || row.status === "removed") return fail(404, "workspace not found");
  if (!row.mayTalkToUser) {
    return fail(403, "talk_to_user_disabled", {
      hint: "Delegate to a workspace that may talk to the user, for example the parent.",
    });
  }
  showToUser(platform, id, body.message, body.attachments.map(compact));
  return json(200, { status: "sent" });
}

/** POST /workspaces/{id}/broadcast (N2) */
export function broadcast(platform: PlatformContext, exchange: Exchange): Response {
  if (!isAtLeast(platform.options, "n2")) return noSuchEndpoint();
  const id = param(exchange, "id");
  const body = bind(exchange.body, broadcastBody);
  if (!body) return fail(400, "message is required");
  const sender = platform.store.workspace(id);
  if (!sender) return fail(404, "workspace not found");
  if (!sender.mayBroadcast) {
    return fail(403, "broadcast_disabled", {
      hint: "Ask an admin to enable the broadcast ability of this workspace on the canvas.",
    });
  }
  const delivered = tellOrganisation(platform, sender, body.message);
  return json(200, { status: "sent", delivered });
}

function showToUser(
  platform: PlatformContext,
  id: string,
  message: string,
  attachments: JsonObject[],
): void {
  const { canvas, clock, events } = platform;
  canvas.show({
    workspaceId: id,
    message,
    attachments,
    createdAt: formatTimestamp(clock.nowMicros()),
  });
  events.emit(id, "AGENT_MESSAGE", { message, attachments });
  const parts = attachments.map((file) => ({ kind: "file", file }));
  try {
    insertActivity(platform, {
      workspaceId: id,
      activityType: "a2a_receive",
      method: "notify",
      summary: `Agent message: ${cutBytes(message, SUMMARY_BYTES)}`,
      responseBody: { result: message, ...(parts.length > 0 && { parts }) },
    });
  } catch (error) {
    // The user has seen the message, even though it could not be stored.
    if (!(error instanceof StoreError)) throw error;
  }
}

/** The attachment without what the agent left out. */
function compact({ uri, name, mimeType, size }: Attachment): JsonObject {
  return { uri, name, ...(mimeType && { mimeType }), ...(size && { size }) };
}
