/**
 * What the page in the browser and the local platform tell each other (src/local/README.md, "The
 * page"). Types only: both sides import it, and neither the other.
 *
 * Every path is below {@linkcode PREFIX}, answers JSON, and wants the session's cookie but for
 * `POST session`. A request that changes something must come from the page itself (Origin). A
 * refusal is a 4xx or 5xx with {@linkcode Refusal}.
 *
 * | method and path                       | body                      | answer                        |
 * | ------------------------------------- | ------------------------- | ----------------------------- |
 * | `POST session`                        | {@linkcode SessionRequest} | 204 and the cookie; 401        |
 * | `GET events`                          |                           | text/event-stream of {@linkcode PageEvent}, beginning with a snapshot |
 * | `GET workspaces/{id}/messages?before=SEQ&limit=N` |               | {@linkcode MessagePage}, oldest first |
 * | `POST workspaces/{id}/messages`       | multipart: `text`, `file`… | 201 {@linkcode ChatMessage}    |
 * | `GET workspaces/{id}/files/{fileId}`  |                           | the file, as an attachment    |
 * | `GET workspaces/{id}/tokens`          |                           | {@linkcode TokenView}[]        |
 * | `POST workspaces/{id}/tokens`         |                           | 201 {@linkcode CreatedToken}   |
 * | `POST workspaces/{id}/tokens/{tokenId}/revoke` |                  | 204                           |
 * | `POST workspaces/{id}/rotate`         |                           | 204: the agent finds the new one in `connection.json`; only the user's own workspace |
 * | `POST requests/{id}/respond`          | {@linkcode RequestAnswer}  | 204; 409 when it is decided already |
 * | `POST requests/{id}/messages`         | {@linkcode RequestQuestion} | 204                           |
 * | `POST requests/{id}/cancel`           |                           | 204; 409 as above             |
 * | `POST faults/{name}`                  | {@linkcode FaultRequest}   | 204                           |
 * | `POST play`                           |                           | 202; 409 while it plays       |
 *
 * A stream that a page does not read is cut; a page that connects again begins with a new snapshot. 401
 * wherever the session is over: the person needs a fresh link.
 *
 * @module
 */

/** Where everything but the page itself is. */
export const PREFIX = "/local/api/";

/** The one-time key, which the page takes from its address's fragment: no server or log sees it there. */
export interface SessionRequest {
  readonly key: string;
}

/** Why something was not done, for people. */
export interface Refusal {
  readonly error: string;
}

/** A workspace on the map. */
export interface WorkspaceView {
  readonly id: string;
  readonly name: string;
  readonly role: string | null;
  readonly parentId: string | null;
  /**
   * As the platform has it: `online`, `offline`, `awaiting_agent`, `degraded` … `removed` is one that
   * is there no more; it is told, so that the page takes it off.
   */
  readonly status: string;
  /** Who is behind it: the user's own agent, or one that lives inside the local platform. */
  readonly kind: "yours" | "colleague";
  readonly deliveryMode: "push" | "poll" | null;
  /** RFC 3339; null: never. */
  readonly lastSeenAt: string | null;
  /** What it says that it does; empty: nothing. */
  readonly currentTask: string;
  readonly activeTasks: number;
}

/** A file of a message. */
export interface FileView {
  /**
   * For `files/{fileId}`. Empty: it cannot be had, since the agent named a file that the platform does
   * not hold.
   */
  readonly id: string;
  readonly name: string;
  readonly mimeType: string;
  /** Bytes. */
  readonly size: number;
}

/** A message between the user and a workspace. */
export interface ChatMessage {
  /** Grows over all workspaces. */
  readonly seq: number;
  readonly workspaceId: string;
  readonly from: "user" | "agent";
  readonly text: string;
  /** RFC 3339. */
  readonly at: string;
  readonly files: readonly FileView[];
  /** Of the user's: whether the platform took it, and why not. */
  readonly error: string | null;
}

/** A part of a chat. */
export interface MessagePage {
  readonly messages: readonly ChatMessage[];
  /** Whether there are older ones. */
  readonly hasMore: boolean;
}

/** A line of the activity log, over all workspaces. */
export interface ActivityView {
  /**
   * Grows over all workspaces. A line that comes again with the same number has changed (its status,
   * summary or error). Lines of the type `heartbeat` are told as they come, and no snapshot has them.
   */
  readonly seq: number;
  readonly workspaceId: string;
  /** As the platform has it: `a2a_receive`, `delegation`, `memory_write`, `heartbeat` … */
  readonly type: string;
  readonly sourceId: string | null;
  readonly targetId: string | null;
  readonly summary: string;
  readonly status: string;
  readonly error: string | null;
  readonly durationMs: number | null;
  /** RFC 3339. */
  readonly at: string;
}

/** A token, without its text. */
export interface TokenView {
  readonly id: string;
  /** Its first characters. */
  readonly prefix: string;
  readonly kind: "instance" | "api";
  /** RFC 3339. */
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
}

/** A new token; its text is shown this once. */
export interface CreatedToken extends TokenView {
  readonly token: string;
}

/** Something that an agent asks for: of the user, or of another agent. */
export interface RequestView {
  readonly id: string;
  readonly kind: "task" | "approval";
  readonly requesterId: string;
  /** Null: the user. Else any text that the agent gave for another one. */
  readonly recipientId: string | null;
  /** Longer texts, here and below, are cut, and say so. */
  readonly title: string;
  readonly detail: string | null;
  /** Two are open, `pending` and `info_requested` (somebody asked back). */
  readonly status: "pending" | "info_requested" | "done" | "approved" | "rejected" | "cancelled";
  /** Who decided; null: nobody yet. */
  readonly responderType: "user" | "agent" | null;
  readonly responderId: string | null;
  readonly priority: number | null;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly respondedAt: string | null;
  /** The last ones, oldest first. */
  readonly messages: readonly RequestMessageView[];
  /** How many are older than these. */
  readonly olderMessages: number;
}

/** What somebody wrote to a request. */
export interface RequestMessageView {
  readonly id: string;
  readonly authorType: "user" | "agent";
  readonly authorId: string;
  readonly body: string;
  /** RFC 3339. */
  readonly createdAt: string;
}

/** The user's decision. */
export interface RequestAnswer {
  /** Of a task `done` or `rejected`, of an approval `approved` or `rejected`. */
  readonly action: "done" | "approved" | "rejected";
}

/** What the user asks back. */
export interface RequestQuestion {
  readonly body: string;
}

/** What can be made to go wrong. */
export type FaultName =
  | "database"
  | "unauthorized"
  | "rate-limit"
  | "slow"
  | "stream-off"
  | "network-cut";

/** Whether a fault is switched on. */
export interface FaultView {
  readonly name: FaultName;
  readonly isOn: boolean;
}

/** Switches a fault. */
export interface FaultRequest {
  readonly isOn: boolean;
}

/** Everything that the page shows at first. */
export interface Snapshot {
  readonly version: string;
  readonly platformUrl: string;
  /** The user's own workspace. */
  readonly yourWorkspaceId: string;
  readonly workspaces: readonly WorkspaceView[];
  readonly faults: readonly FaultView[];
  /** The last lines, oldest first. */
  readonly activity: readonly ActivityView[];
  /** Open ones, then the last ones of the others: of each the newest first, and not without end. */
  readonly requests: readonly RequestView[];
  /** Whether a play can be started here, and whether it plays. */
  readonly play: PlayView;
}

/** A step of the play. */
export interface PlayView {
  readonly state: "none" | "ready" | "playing" | "done" | "failed";
  readonly step: number;
  readonly steps: number;
  /** What happens in this step, or why it failed. */
  readonly text: string;
}

/** An event of the stream: its `event` is the type, its `data` this object. */
export type PageEvent =
  | { readonly type: "snapshot"; readonly snapshot: Snapshot }
  | { readonly type: "workspace"; readonly workspace: WorkspaceView }
  /** New, or with the same `seq` again: the platform did not take it after all (`error`). */
  | { readonly type: "message"; readonly message: ChatMessage }
  /** While an agent works on it; null: no more. */
  | { readonly type: "progress"; readonly workspaceId: string; readonly text: string | null }
  | { readonly type: "activity"; readonly activity: ActivityView }
  /** New, or changed. */
  | { readonly type: "request"; readonly request: RequestView }
  | { readonly type: "tokens"; readonly workspaceId: string }
  | { readonly type: "faults"; readonly faults: readonly FaultView[] }
  | { readonly type: "play"; readonly play: PlayView };
