import type { Settings } from "../../config/settings.ts";
import type { InboxMessage } from "../../inbox/message.ts";
import type { InboxProblem } from "../../inbox/receiver.ts";
import type { Log } from "../../safety/log.ts";
import type { Policy } from "../../safety/permissions.ts";
import type { BackgroundDelegations } from "../delegation/background_delegations.ts";
import type { WorkspaceRouter } from "./workspace_router.ts";
import type { Timing } from "./timing.ts";

/** The inbox as tools see it. */
export interface Inbox {
  /** Why there is nothing to wait for here; `undefined` while this process delivers. */
  unavailable(): Promise<string | undefined>;
  /** Why there may be messages of the workspace that are not known here. */
  problemOf(workspaceId: string): InboxProblem | undefined;
  /** Resolves once the platform was asked for messages; at the timeout or the signal at the latest. */
  asked(timeoutMs: number, signal: AbortSignal): Promise<void>;
  /** The first waiting messages: users' first, then peers', oldest first in each. */
  peek(limit: number): readonly InboxMessage[];
  /** The first of them, as soon as there is one; `undefined` at the timeout or the signal. */
  wait(timeoutMs: number, signal: AbortSignal): Promise<InboxMessage | undefined>;
  /** Removes a message for good; the answer comes once that is safe on disk. */
  pop(activityId: string): Promise<boolean>;
  /** Takes note of files that this agent uploaded, so that their echo is no message. */
  rememberUpload(fileUri: string): void;
}

/** What lives as long as the server and is shared by all calls. */
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
  /** When the call came in, by `performance.now`. */
  readonly calledAtMs: number;
  /** Fires when the client cancels the call or goes away. */
  readonly signal: AbortSignal;
  /** Present when the client asked for progress. */
  readonly progress?: (message: string) => void;
}
