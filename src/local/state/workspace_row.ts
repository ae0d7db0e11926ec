/**
 * A new workspace's row.
 *
 * @module
 */
import { isAtLeast, type ResolvedOptions } from "../options.ts";
import type { WorkspaceRow } from "./rows.ts";

/** The runtime when none is given: one that the platform runs itself, in a container. */
export function defaultRuntime(options: Pick<ResolvedOptions, "version">): string {
  return isAtLeast(options, "n3") ? "hermes" : "langgraph";
}

/** The row with the database's defaults. */
export function newWorkspace(id: string, name: string, runtime = "langgraph"): WorkspaceRow {
  return {
    id: id.toLowerCase(),
    name,
    role: null,
    tier: 1,
    status: "provisioning",
    runtime,
    parentId: null,
    url: null,
    deliveryMode: null,
    agentCard: null,
    mayBroadcast: false,
    mayTalkToUser: true,
    mayDelegate: true,
    activeTasks: 0,
    maxConcurrentTasks: 1,
    lastErrorRate: 0,
    lastSampleError: "",
    uptimeSeconds: 0,
    currentTask: "",
    monthlySpend: 0,
    budgetLimit: null,
    x: 0,
    y: 0,
    collapsed: false,
    lastHeartbeatAt: null,
    lastOutboundAt: null,
    removedAt: null,
    inboundSecret: null,
  };
}
