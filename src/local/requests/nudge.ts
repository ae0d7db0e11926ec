import { isUuid } from "../../lib/uuid.ts";
import type { PlatformContext } from "../context.ts";
import { enqueueNotice, NUDGE_PREFIX } from "../delivery/enqueue.ts";
import type { RequestRow } from "../state/rows.ts";
import { statusNow } from "../state/status.ts";
import { OPEN } from "./party.ts";

const MINUTE_MICROS = 60 * 1e6;
const HOUR_MICROS = 60 * MINUTE_MICROS;
const NUDGED_AFTER_MICROS = 10 * MINUTE_MICROS;
const MAX_AGENTS = 200;

/**
 * Reminds agents of what they were asked long ago (src/platform/API.md, "How a request reaches the
 * asked"): idle ones, each with one notice, and of each request at most once an hour.
 *
 * @throws StoreError
 */
export function nudge(platform: PlatformContext): void {
  const { store, clock } = platform;
  const now = clock.nowMicros();
  const open = store.requests({
    recipientType: "agent",
    status: OPEN,
    limit: Number.MAX_SAFE_INTEGER,
  });
  const waiting = Map.groupBy(open.reverse(), ({ recipientId }) => recipientId);
  const toldOf = [...waiting]
    .filter(([, rows]) => rows.some((row) => isDue(row, now)))
    .filter(([id]) => isIdle(platform, id))
    .slice(0, MAX_AGENTS);
  for (const [id, rows] of toldOf) {
    remind(platform, id, rows.length, now);
    for (const row of rows) if (isDue(row, now)) store.updateRequest(row.id, { nudgedAt: now });
  }
}

function isDue({ createdAt, nudgedAt }: RequestRow, now: number): boolean {
  return now - createdAt > NUDGED_AFTER_MICROS &&
    (nudgedAt === null || now - nudgedAt >= HOUR_MICROS);
}

/** Anything may be given for the one who is asked. */
function isIdle(platform: PlatformContext, id: string): boolean {
  const row = isUuid(id) ? platform.store.workspace(id) : undefined;
  return row !== undefined && statusNow(platform, row) === "online" && row.activeTasks === 0;
}

function remind(platform: PlatformContext, workspaceId: string, count: number, now: number): void {
  const hour = Math.floor(now / HOUR_MICROS) * (HOUR_MICROS / 1e6);
  const idempotencyKey = `nudge:${workspaceId}:${hour}`;
  enqueueNotice(platform, workspaceId, {
    idempotencyKey,
    messageId: `${NUDGE_PREFIX}${crypto.randomUUID()}`,
    text: `You have ${count} open ${count === 1 ? "item" : "items"} in your inbox of requests. ` +
      "list_inbox shows what you are asked for; answer with respond_request, or ask about it with " +
      "add_request_message.",
    messageMetadata: { source: "platform", kind: "inbox_nudge", source_type: "self-nudge" },
    metadata: { wake_idempotency_key: idempotencyKey },
  });
}
