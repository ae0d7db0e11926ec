import type { InboxMessage } from "./message.ts";

/** Sends an inbound message to the client; nothing waits for it, and an error is only reported. */
export type Push = (message: InboxMessage) => void;

/** Why there may be messages of a workspace that are not known here. */
export interface InboxProblem {
  /**
   * `failing` while fetching fails, `unheard` until the platform has answered for the first time,
   * `stopped` until somebody acts; `partly` while only a part of what is addressed to it is not known.
   */
  readonly kind: "failing" | "unheard" | "stopped" | "partly";
  /** Names the workspace concerned. */
  readonly text: string;
}

/** What this process does for a workspace's messages. */
export interface InboxState {
  /**
   * `standing_by` while another process on this machine delivers, `stopped` while trouble on this
   * machine keeps it from delivering, `off` when it was told not to.
   */
  readonly mode: "starting" | "delivering" | "standing_by" | "stopped" | "off";
  /** Messages that wait here to be popped. */
  readonly waiting: number;
}

/** The inbox as tools see it. */
export interface Inbox {
  /** Why there is nothing to wait for here; `undefined` while this process delivers. */
  unavailable(): Promise<string | undefined>;
  /** Why there may be messages of the workspace that are not known here. */
  problemOf(workspaceId: string): InboxProblem | undefined;
  /** Resolves once the platform has been asked for messages, or at the timeout or the signal. */
  asked(timeoutMs: number, signal: AbortSignal): Promise<void>;
  /** The first waiting messages: users', then peers', the oldest first in each group. */
  peek(limit: number): readonly InboxMessage[];
  /** The first message, as soon as there is one; `undefined` at the timeout or the signal. */
  wait(timeoutMs: number, signal: AbortSignal): Promise<InboxMessage | undefined>;
  /** Removes a message for good; resolves once that is recorded on disk. */
  pop(activityId: string): Promise<boolean>;
  /**
   * Resolves when something happened to a request that the workspace raised or is asked, at the
   * timeout, or when the signal fires. An event may be missed: what a timeout ends has to be looked at.
   */
  nextRequestEvent(workspaceId: string, timeoutMs: number, signal: AbortSignal): Promise<void>;
  /** The agent wrote to a request: an answer is looked for soon, since no event may tell of it. */
  wroteToRequest(workspaceId: string): void;
  /** The agent took a request back, which is no news to it then. Resolves once that is on disk. */
  cancelledRequest(workspaceId: string, requestId: string): Promise<void>;
  /** Remembers a file that this agent sent, so that its echo is not taken for a message. */
  rememberSentFile(uri: string): void;
}

/** The inbox of the process. */
export interface InboxService extends Inbox {
  /**
   * A client is ready: pushes waiting and new messages to it; `undefined` if it takes no pushes.
   */
  deliverTo(push: Push | undefined): void;
  stateOf(workspaceId: string): InboxState;
  /** A heartbeat of the workspace succeeded. */
  signOfLife(workspaceId: string): void;
  /** Resolves when everything has stopped after the signal. */
  close(): Promise<void>;
}
