import type { InboxMessage } from "./message.ts";

/** Sends an inbound message to the client; an error of it is reported, and nothing waits for it. */
export type Push = (message: InboxMessage) => void;

/** Why there may be messages of a workspace that are not known here. */
export interface InboxProblem {
  /**
   * `failing` while fetching fails, `unheard` until the platform has answered for the first time,
   * `stopped` until somebody does something.
   */
  readonly kind: "failing" | "unheard" | "stopped";
  /** Says which workspace it is about. */
  readonly text: string;
}

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
  /** Removes a message for good; resolves once that is safe on disk. */
  pop(activityId: string): Promise<boolean>;
  /** Takes note of a file that this agent sent, so that its echo is no message. */
  rememberSentFile(uri: string): void;
}

/** The inbox of the process. */
export interface InboxService extends Inbox {
  /** The client is there: it gets what waits and what comes; `undefined` if it takes no push. */
  deliverTo(push: Push | undefined): void;
  /** A heartbeat of the workspace succeeded. */
  signOfLife(workspaceId: string): void;
  /** Resolves when nothing runs any more after the signal. */
  close(): Promise<void>;
}
