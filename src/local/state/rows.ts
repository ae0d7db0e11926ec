/**
 * The rows that the local platform keeps, one type a table.
 *
 * @module
 */
import type { Json, JsonObject } from "./json.ts";
import type { Micros } from "./timestamps.ts";

/** Workspace statuses (src/platform/API.md, "Statuses and liveness"). */
export type WorkspaceStatus =
  | "provisioning"
  | "online"
  | "offline"
  | "degraded"
  | "failed"
  | "removed"
  | "paused"
  | "hibernated"
  | "awaiting_agent";

/** How messages reach a workspace; null on rows older than the feature, which count as push. */
export type DeliveryMode = "push" | "poll";

/** A workspace. */
export interface WorkspaceRow {
  id: string;
  name: string;
  role: string | null;
  tier: number;
  status: WorkspaceStatus;
  runtime: string;
  parentId: string | null;
  url: string | null;
  deliveryMode: DeliveryMode | null;
  agentCard: Json;
  /** Whether the workspace may broadcast to its organisation (off unless an admin switched it on). */
  mayBroadcast: boolean;
  /** Whether the workspace may write to its user. */
  mayTalkToUser: boolean;
  /** Whether the workspace may delegate and write to others (N2). */
  mayDelegate: boolean;
  activeTasks: number;
  maxConcurrentTasks: number;
  lastErrorRate: number;
  lastSampleError: string;
  uptimeSeconds: number;
  currentTask: string;
  /** US cents. */
  monthlySpend: number;
  /** US cents; null: no limit. */
  budgetLimit: number | null;
  x: number;
  y: number;
  collapsed: boolean;
  lastHeartbeatAt: Micros | null;
  lastOutboundAt: Micros | null;
  removedAt: Micros | null;
  /**
   * What the platform presents when it calls the agent (src/platform/API.md, "Inbound secret");
   * minted on register.
   */
  inboundSecret: string | null;
}

/**
 * What a token was made for (N2): `instance` by creation, rotation and register, `api` on the
 * Tokens tab. Both open every route; register and heartbeat ask for one only while an `instance`
 * token lives.
 */
export type TokenKind = "instance" | "api";

/** A bearer token. The plain text is not kept. */
export interface TokenRow {
  id: string;
  workspaceId: string;
  kind: TokenKind;
  /** SHA-256 of the token, hex. */
  hash: string;
  /** The first eight characters, for people to tell tokens apart. */
  prefix: string;
  createdAt: Micros;
  lastUsedAt: Micros | null;
  revokedAt: Micros | null;
}

/**
 * A row of the activity log: the inbox, the delegations and the reports (src/platform/API.md,
 * "Activity log").
 */
export interface ActivityRow {
  id: string;
  /** Position in the log over all workspaces. */
  seq: number;
  workspaceId: string;
  activityType: string;
  sourceId: string | null;
  targetId: string | null;
  method: string | null;
  summary: string | null;
  status: string;
  errorDetail: string | null;
  durationMs: number | null;
  /** Absent: NULL in the database, left out of the answer. */
  requestBody?: Json;
  responseBody?: Json;
  createdAt: Micros;
  idempotencyKey?: string;
  /** Of an inbound message in N3, where a second one with the same id merges into the first. */
  messageId?: string;
}

/** Status of a queued call. */
export type QueueStatus = "queued" | "dispatched" | "completed" | "dropped" | "failed";

/** A call that waits for a busy push target (src/platform/API.md, "The queue of a busy agent"). */
export interface QueueRow {
  id: string;
  /** The target. */
  workspaceId: string;
  callerId: string | null;
  /** The normalised JSON-RPC envelope. */
  envelope: JsonObject;
  /** `params.message.messageId`: the same message is queued once. */
  messageId: string;
  /** Set when a delegation made the call. */
  delegationId: string | null;
  status: QueueStatus;
  priority: number;
  attempts: number;
  enqueuedAt: Micros;
  dispatchedAt: Micros | null;
  completedAt: Micros | null;
  lastError: string | null;
  /** JSON text of the answer; only for calls born of a delegation. */
  responseText: string | null;
  /** Of a notice: while it waits, another with this key is not queued. */
  idempotencyKey?: string;
}

/**
 * An uploaded file waiting to be fetched by a poll-mode workspace (src/platform/API.md, "Files").
 */
export interface UploadRow {
  id: string;
  workspaceId: string;
  name: string;
  mimeType: string;
  content: Uint8Array<ArrayBuffer>;
  createdAt: Micros;
  ackedAt: Micros | null;
}

/** Memory scopes (src/platform/API.md, "Memories"). */
export type MemoryScope = "LOCAL" | "TEAM" | "GLOBAL";

/** A memory. */
export interface MemoryRow {
  id: string;
  workspaceId: string;
  content: string;
  scope: MemoryScope;
  namespace: string;
  createdAt: Micros;
}

/** What is asked for (src/platform/API.md, "Requests"): something to be done, or a yes. */
export type RequestKind = "task" | "approval";

/** Two are open, the others are final. */
export type RequestStatus =
  | "pending"
  | "info_requested"
  | "done"
  | "approved"
  | "rejected"
  | "cancelled";

/** Who asks, is asked, or wrote: an agent's id is its workspace's. */
export type PartyType = "user" | "agent";

/** A task or an approval that somebody is asked for. */
export interface RequestRow {
  id: string;
  kind: RequestKind;
  requesterType: PartyType;
  requesterId: string;
  /** The root above the asking workspace. */
  orgId: string | null;
  recipientType: PartyType;
  /** Any text, as it was given; empty: the organisation's user. */
  recipientId: string;
  title: string;
  detail: string | null;
  status: RequestStatus;
  /** Set by the answer that closes the request. */
  responderType: PartyType | null;
  responderId: string | null;
  /** -32,768 to 32,767; the higher, the more urgent. */
  priority: number | null;
  createdAt: Micros;
  updatedAt: Micros;
  respondedAt: Micros | null;
  /** When the agent that is asked was last reminded. */
  nudgedAt: Micros | null;
}

/** What somebody wrote to a request. */
export interface RequestMessageRow {
  id: string;
  requestId: string;
  authorType: PartyType;
  authorId: string;
  body: string;
  createdAt: Micros;
}
