import { CALLER } from "../platform/client/request_budget.ts";

/** What the platform expects of a workspace (src/platform/API.md, "Heartbeat"). */
const HEARTBEAT_INTERVAL_MS = 20_000;
/** Of workspaces that the platform counts as one caller: half of what it may ask for. */
const SHARED_BEATS_PER_SECOND = CALLER.perSecond / 2;
/** The platform takes a workspace for offline after 90 s (src/platform/API.md, "Statuses and liveness"). */
const LONGEST_INTERVAL_MS = 60_000;

/**
 * The time between two heartbeats.
 *
 * @param sharers how many workspaces the platform counts as one caller with this one, itself too
 */
export function heartbeatIntervalMs(sharers = 1): number {
  const sharedMs = (1_000 * sharers) / SHARED_BEATS_PER_SECOND;
  return Math.min(Math.max(HEARTBEAT_INTERVAL_MS, sharedMs), LONGEST_INTERVAL_MS);
}
