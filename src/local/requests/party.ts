import type { PartyType, RequestKind, RequestRow, RequestStatus } from "../state/rows.ts";

/** Who acts: an agent's id is its workspace's. */
export interface Party {
  type: PartyType;
  id: string;
}

/** A request that still waits for an answer: a question about it leaves it open. */
export const OPEN: readonly RequestStatus[] = ["pending", "info_requested"];

const CLOSED_BY: Readonly<Record<RequestKind, readonly RequestStatus[]>> = {
  task: ["done", "rejected"],
  approval: ["approved", "rejected"],
};

/** All statuses. */
export const STATUSES: readonly RequestStatus[] = [
  ...OPEN,
  "done",
  "approved",
  "rejected",
  "cancelled",
];

/** Whether the request still waits for an answer. */
export function isOpen({ status }: { status: string }): boolean {
  return OPEN.some((open) => open === status);
}

/** The status that the action gives to a request of this kind; undefined: there is no such action. */
export function closedBy(kind: RequestKind, action: string): RequestStatus | undefined {
  return CLOSED_BY[kind].find((status) => status === action);
}

/** Whether this one asks. */
export function isRequester(row: RequestRow, { type, id }: Party): boolean {
  return row.requesterType === type && row.requesterId === id;
}

/** Whether this one is asked. */
export function isRecipient(row: RequestRow, { type, id }: Party): boolean {
  return row.recipientType === type && row.recipientId === id;
}

/** Whether this one may act as the test says: an agent for itself alone, a person for everybody. */
export function may(
  test: (row: RequestRow, party: Party) => boolean,
  row: RequestRow,
  party: Party,
): boolean {
  return party.type === "user" || test(row, party);
}
