import type { JsonObject } from "../lib/json.ts";
import type { AgentCard } from "../platform/api/registry.ts";
import type { Log } from "../safety/log.ts";

/** Whether the platform takes this workspace's calls, as far as presence knows. */
export type PresenceState = "starting" | "online" | "unreachable" | "refused" | "removed";

/** What a presence needs apart from the platform. */
export interface PresenceOptions {
  /** Asked for at each registration: the agent may have changed it meanwhile. */
  readonly card: () => Promise<AgentCard | JsonObject>;
  readonly log: Log;
  /** Told each secret before it is stored, so that no line can show it. */
  readonly onSecret: (secret: string) => void;
  /** What the workspace is waiting for, to show on the canvas; `undefined` when it is idle. */
  readonly currentTask?: () => string | undefined;
  /** Called after each beat that succeeded. */
  readonly onBeat?: () => void;
  /** Called when `state` has changed. */
  readonly onState?: (state: PresenceState) => void;
  /** Called with the workspace's own record whenever that was read. */
  readonly onRecord?: (record: JsonObject) => void;
  readonly intervalMs?: number;
  /**
   * The part of an interval between the first beat and the second, in (0, 1]: the workspaces of a
   * process begin together, and are not to go on together. Default 1.
   */
  readonly phase?: number;
  /** Monotonic clock in milliseconds. */
  readonly now?: () => number;
}
