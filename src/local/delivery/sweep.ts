/**
 * What a server does without being called: it takes out of the queues what heartbeats leave in them,
 * and reminds agents of requests (src/platform/API.md, "The platform's own words").
 *
 * @module
 */
import type { PlatformContext } from "../context.ts";
import { isAtLeast } from "../options.ts";
import { nudge } from "../requests/nudge.ts";
import type { WorkspaceRow } from "../state/rows.ts";
import { statusNow } from "../state/status.ts";
import { StoreError } from "../state/store.ts";
import { drain } from "./drain.ts";

/** Sweeps from time to time, until the platform closes; only N3 does. */
export function keepSweeping(platform: PlatformContext): void {
  const { options } = platform;
  if (!isAtLeast(options, "n3")) return;
  every(platform, options.sweepIntervalMs, sweepQueues);
  every(platform, options.nudgeIntervalMs, nudge);
}

/**
 * Delivers what waits for workspaces that are up, as many calls as each can take at once, whatever
 * tasks it says that it has. An agent that is called, and busy, does not take the call: for it
 * nothing changes. @throws StoreError
 */
export function sweepQueues(platform: PlatformContext): void {
  for (const row of platform.store.workspaces()) {
    const status = statusNow(platform, row);
    if ((status !== "online" && status !== "degraded") || !takesCalls(row)) continue;
    platform.background.run(() => drain(platform, row.id, row.maxConcurrentTasks));
  }
}

function takesCalls(row: WorkspaceRow): boolean {
  return row.deliveryMode === "poll" || row.activeTasks < row.maxConcurrentTasks;
}

function every(
  platform: PlatformContext,
  intervalMs: number,
  work: (platform: PlatformContext) => void,
): void {
  if (intervalMs <= 0) return;
  const { background } = platform;
  const timer = setInterval(() => background.run(() => attempt(platform, work)), intervalMs);
  background.signal.addEventListener("abort", () => clearInterval(timer), { once: true });
}

/** While the database is away nothing is swept; the next time will do. */
function attempt(
  platform: PlatformContext,
  work: (platform: PlatformContext) => void,
): Promise<void> {
  return Promise.try(work, platform).catch((error) => {
    if (!(error instanceof StoreError)) throw error;
  });
}
