import { organisationOf } from "../access/hierarchy.ts";
import type { PlatformContext } from "../context.ts";
import { fail, json } from "../server/http.ts";
import type { PartyType, RequestKind, RequestRow } from "../state/rows.ts";
import { StoreError } from "../state/store.ts";

/** What a request is raised with, as it was sent. */
export interface NewRequest {
  kind: string;
  recipientType: string;
  recipientId: string;
  title: string;
  /** Empty: none. */
  detail: string;
  priority: number | null;
}

/**
 * Raises a request (src/platform/API.md, "Raise a request"). Whether the one who is asked exists is
 * not checked. @throws StoreError
 */
export function raise(
  platform: PlatformContext,
  requesterId: string,
  { kind, recipientType, recipientId, title, detail, priority }: NewRequest,
): Response {
  const { store, clock, events } = platform;
  if (!isKind(kind)) return fail(400, "request: kind must be 'task' or 'approval'");
  if (!isPartyType(recipientType)) return fail(400, "request: type must be 'user' or 'agent'");
  const now = clock.stamp();
  const row: RequestRow = {
    id: crypto.randomUUID(),
    kind,
    requesterType: "agent",
    requesterId,
    orgId: organisationIfKnown(platform, requesterId),
    recipientType,
    recipientId,
    title,
    detail: detail || null,
    status: "pending",
    responderType: null,
    responderId: null,
    priority,
    createdAt: now,
    updatedAt: now,
    respondedAt: null,
    nudgedAt: null,
  };
  store.insertRequest(row);
  // Nobody else hears of what the user is asked.
  events.emit(recipientType === "agent" ? recipientId : requesterId, "REQUEST_CREATED", {
    request_id: row.id,
    kind,
    recipient_type: recipientType,
    recipient_id: recipientId,
    title,
  });
  return json(201, { request_id: row.id, status: row.status });
}

function organisationIfKnown({ store }: PlatformContext, requesterId: string): string | null {
  try {
    return organisationOf(store, requesterId);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return null;
  }
}

function isKind(text: string): text is RequestKind {
  return text === "task" || text === "approval";
}

function isPartyType(text: string): text is PartyType {
  return text === "user" || text === "agent";
}
