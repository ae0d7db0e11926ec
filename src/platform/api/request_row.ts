import { integerWithin } from "../../lib/bounded_integer.ts";
import { field, textField } from "../../lib/json.ts";
import { isUuid } from "../../lib/uuid.ts";

/** What the platform's column for it takes. */
export const PRIORITY = { min: -(2 ** 15), max: 2 ** 15 - 1 } as const;

/** What is asked for: something to be done, or a yes. */
export type RequestKind = "task" | "approval";

/** What closes one: tasks are `done` or `rejected`, approvals `approved` or `rejected`. */
export type RequestAction = "done" | "rejected" | "approved";

/** Who asks, is asked, or wrote: an agent's id is its workspace's; "" is the organisation's user. */
export interface Party {
  readonly type: "user" | "agent";
  readonly id: string;
}

/** A task or an approval (src/platform/API.md, "Requests"). Its texts are as they were sent. */
export interface PlatformRequest {
  /** A UUID in lower case. */
  readonly id: string;
  readonly kind: RequestKind;
  readonly requester: Party;
  readonly recipient: Party;
  readonly title: string;
  readonly detail?: string;
  /** `pending`, `info_requested`, `done`, `approved`, `rejected` or `cancelled`. */
  readonly status: string;
  /** Who closed it; absent also when it was cancelled. */
  readonly responder?: Party;
  readonly priority?: number;
  /** RFC 3339, like the other times. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly respondedAt?: string;
}

/** What somebody wrote to a request, its text as it was sent. */
export interface RequestMessage {
  readonly id: string;
  readonly author: Party;
  readonly body: string;
  readonly createdAt: string;
}

/** A request with what was written to it, the oldest first. */
export interface RequestThread {
  readonly request: PlatformRequest;
  readonly messages: readonly RequestMessage[];
}

/** Whether it is the agent of this workspace. */
export function isWorkspace({ type, id }: Party, workspaceId: string): boolean {
  return type === "agent" && id === workspaceId;
}

/** Whether it still waits for an answer: a question about it leaves it open. */
export function isOpenRequest({ status }: Pick<PlatformRequest, "status">): boolean {
  return status === "pending" || status === "info_requested";
}

/** @returns undefined for what is no request: without an id nothing can be done with it */
export function requestOf(row: unknown): PlatformRequest | undefined {
  const id = textField(row, "id")?.toLowerCase();
  if (id === undefined || !isUuid(id)) return undefined;
  const detail = textField(row, "detail");
  const responder = partyOf(row, "responder");
  const priority = integerWithin(field(row, "priority"), PRIORITY);
  const respondedAt = textField(row, "responded_at");
  return {
    id,
    kind: field(row, "kind") === "approval" ? "approval" : "task",
    requester: partyOf(row, "requester") ?? { type: "agent", id: "" },
    recipient: partyOf(row, "recipient") ?? { type: "agent", id: "" },
    title: textField(row, "title") ?? "",
    ...(detail !== undefined && { detail }),
    status: textField(row, "status") ?? "",
    ...(responder !== undefined && { responder }),
    ...(priority !== undefined && { priority }),
    createdAt: textField(row, "created_at") ?? "",
    updatedAt: textField(row, "updated_at") ?? "",
    ...(respondedAt !== undefined && { respondedAt }),
  };
}

/** @returns undefined for what is no message */
export function messageOf(row: unknown): RequestMessage | undefined {
  const id = textField(row, "id")?.toLowerCase();
  if (id === undefined || !isUuid(id)) return undefined;
  return {
    id,
    author: partyOf(row, "author") ?? { type: "agent", id: "" },
    body: textField(row, "body") ?? "",
    createdAt: textField(row, "created_at") ?? "",
  };
}

/** Whoever is not said to be the user is treated as an agent, which is trusted less. */
function partyOf(row: unknown, role: string): Party | undefined {
  const type = textField(row, `${role}_type`);
  if (type === undefined) return undefined;
  return {
    type: type === "user" ? "user" : "agent",
    id: (textField(row, `${role}_id`) ?? "").toLowerCase(),
  };
}
