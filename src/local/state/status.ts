/**
 * Statuses and liveness (src/platform/API.md, "Statuses and liveness"). Staleness is computed when
 * a row is read, so the platform needs no timer.
 *
 * @module
 */
import type { PlatformContext } from "../context.ts";
import { isAtLeast } from "../options.ts";
import type { WorkspaceRow, WorkspaceStatus } from "./rows.ts";

/** An external workspace without a heartbeat for this long is `awaiting_agent`. */
const STALE_AFTER_MS = 180_000;
const N1_STALE_AFTER_MS = 90_000;
const DEGRADED_FROM = 0.5;
const RECOVERED_BELOW = 0.1;
const LIFTED_BY_HEARTBEAT: readonly WorkspaceStatus[] = [
  "offline",
  "provisioning",
  "awaiting_agent",
  "failed",
];

/** The status as others see it now: a silent external workspace is `awaiting_agent`. */
export function statusNow(
  platform: Pick<PlatformContext, "clock" | "options">,
  row: WorkspaceRow,
): WorkspaceStatus {
  const isAlive = row.status === "online" || row.status === "degraded";
  if (row.runtime !== "external" || !isAlive || row.lastHeartbeatAt === null) return row.status;
  const silentMicros = platform.clock.nowMicros() - row.lastHeartbeatAt;
  const staleAfterMs = isAtLeast(platform.options, "n2") ? STALE_AFTER_MS : N1_STALE_AFTER_MS;
  return silentMicros > staleAfterMs * 1_000 ? "awaiting_agent" : row.status;
}

/** The status after a heartbeat. */
export function statusAfterHeartbeat(
  status: WorkspaceStatus,
  errorRate: number,
  runtimeState: string,
): WorkspaceStatus {
  const lifted = LIFTED_BY_HEARTBEAT.includes(status) ? "online" : status;
  if (lifted === "online" && (errorRate >= DEGRADED_FROM || runtimeState === "wedged")) {
    return "degraded";
  }
  if (lifted === "degraded" && errorRate < RECOVERED_BELOW && runtimeState === "") return "online";
  return lifted;
}
