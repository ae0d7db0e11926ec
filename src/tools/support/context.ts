import type { Settings } from "../../config/settings.ts";
import type { Inbox } from "../../inbox/inbox.ts";
import type { Log } from "../../safety/log.ts";
import type { Policy } from "../../safety/roles.ts";
import type { BackgroundDelegations } from "../delegation/background_delegations.ts";
import type { WorkspaceRouter } from "./workspace_router.ts";
import type { Timing } from "./timing.ts";

/** What lives as long as the server and is shared by all tool calls. */
export interface ToolServices {
  readonly settings: Settings;
  readonly router: WorkspaceRouter;
  readonly policy: Policy;
  readonly inbox: Inbox;
  readonly background: BackgroundDelegations;
  readonly log: Log;
}

/** What a tool gets with one call. */
export interface ToolContext extends ToolServices {
  readonly timing: Timing;
  /** When the call arrived, by `performance.now`. */
  readonly calledAtMs: number;
  /** Fires when the client cancels the call or goes away. */
  readonly signal: AbortSignal;
  /** Present when the client asked for progress. */
  readonly progress?: (message: string) => void;
}
