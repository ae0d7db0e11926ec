/**
 * Writing to the user and to everyone (platform-api 13, 17).
 *
 * @module
 */
import * as z from "zod/mini";
import { logActivity } from "../activity_log.ts";
import type { PlatformContext } from "../context.ts";
import { type Exchange, param } from "../exchange.ts";
import { bind, fail, field, json, orZero } from "../http.ts";
import { type JsonObject, StoreError } from "../store.ts";
import { cutBytes } from "../text.ts";
import { formatTimestamp } from "../timestamps.ts";

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
  const id = param(exchange, "id");
  const body = bind(exchange.body, broadcastBody);
  if (!body) return fail(400, "message is required");
  const sender = platform.store.workspace(id);
  if (!sender) return fail(404, "workspace not found");
  if (!sender.mayBroadcast) {
    return fail(403, "broadcast ability not enabled", {
      hint: "Ask an admin to enable the broadcast ability of this workspace on the canvas.",
    });
  }
  const others = platform.store.workspaces().filter((row) =>
    row.id !== id && row.status !== "removed"
  );
  for (const other of others) {
    const message = {
      role: "user",
      messageId: crypto.randomUUID(),
      parts: [{ kind: "text", text: body.message }],
    };
    logActivity(platform, {
      workspaceId: other.id,
      activityType: "a2a_receive",
      sourceId: id,
      targetId: other.id,
      method: "broadcast",
      summary: `${sender.name} → ${other.name}`,
      requestBody: {
        jsonrpc: "2.0",
        id: crypto.randomUUID(),
        method: "message/send",
        params: { message, metadata: { broadcast: true } },
      },
    });
  }
  return json(200, { delivered: others.length });
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
    logActivity(platform, {
      workspaceId: id,
      activityType: "a2a_receive",
      method: "notify",
      summary: `Agent message: ${cutBytes(message, SUMMARY_BYTES)}`,
      responseBody: { result: message, ...(parts.length > 0 ? { parts } : {}) },
    });
  } catch (error) {
    // The user has seen the message; that it could not be stored does not undo that.
    if (!(error instanceof StoreError)) throw error;
  }
}

/** Leaves out what the agent left out. */
function compact({ uri, name, mimeType, size }: Attachment): JsonObject {
  return { uri, name, ...(mimeType ? { mimeType } : {}), ...(size ? { size } : {}) };
}
