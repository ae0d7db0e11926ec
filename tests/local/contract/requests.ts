/**
 * Replays of the examples of requests and approvals.
 *
 * @module
 */
import type { RequestMessageRow, RequestRow } from "../../../src/local/state/rows.ts";
import { parseTimestamp } from "../../../src/local/state/timestamps.ts";
import { ids } from "./fixtures.ts";
import type { Replay, World } from "./world.ts";

/** A task for the user, that `ids.self` raised. */
const OWN = "b1d40c6e-2f7a-4e19-9c35-70a8e4d2f611";
/** Another request. */
const OTHER = "c95e7a13-60bd-4f28-8a94-1e3f5b7d0c22";
const MINUTES_LATER = "2026-08-12T09:41:00Z";

function micros(text: string): number {
  const parsed = parseTimestamp(text);
  if (parsed === null) throw new Error(`Cannot read the time ${text}`);
  return parsed;
}

const RAISED = micros("2026-08-12T09:30:00.125Z");

const ownTask: RequestRow = {
  id: OWN,
  kind: "task",
  requesterType: "agent",
  requesterId: ids.self,
  orgId: ids.parent,
  recipientType: "user",
  recipientId: "",
  title: "Review the launch draft",
  detail: "Needed by Friday",
  status: "info_requested",
  responderType: null,
  responderId: null,
  priority: 5,
  createdAt: RAISED,
  updatedAt: micros(MINUTES_LATER),
  respondedAt: null,
  nudgedAt: null,
};

/** The sibling asks `ids.self`. */
const asked: RequestRow = {
  ...ownTask,
  id: OTHER,
  requesterId: ids.sibling_poll,
  recipientType: "agent",
  recipientId: ids.self,
  title: "Re-run the nightly export",
  detail: null,
  status: "pending",
  priority: null,
  updatedAt: RAISED,
};

/** `ids.self` asks the user. */
const ownApproval: RequestRow = {
  ...ownTask,
  id: OTHER,
  kind: "approval",
  title: "Delete the staging bucket",
  detail: "Cost clean-up",
  status: "pending",
  priority: null,
  updatedAt: RAISED,
};

const question: RequestMessageRow = {
  id: "0a7f3d52-91ce-4b86-a2d7-5c48e6b19f33",
  requestId: OWN,
  authorType: "user",
  authorId: "u-417",
  body: "Which draft?",
  createdAt: micros(MINUTES_LATER),
};

const given = (...rows: RequestRow[]) => ({ store }: World) =>
  rows.forEach((row) => store.insertRequest(row));
const created: Replay = { generated: ["request_id"] };
const answered = micros("2026-08-12T10:02:11.5Z");

/** Of the example that shows it, also in `seen.ts`. */
export async function decided({ platform, store, self }: World): Promise<void> {
  store.insertRequest(ownApproval);
  await platform.respondAsPerson(OTHER, "approved");
  await self.post("/registry/heartbeat", { workspace_id: ids.self });
  await platform.idle();
}

/** The replays by the example's id. */
export const requestReplays: Record<string, Replay> = {
  "requests-create-task-user": created,
  "requests-create-approval-user": created,
  "requests-create-task-agent": created,
  "requests-create-missing-title": {},
  "requests-create-bad-kind": {},
  "requests-create-bad-recipient-type": {},
  "requests-create-priority-out-of-range": {},
  "requests-outgoing-list": {
    arrange: given(ownTask, {
      ...ownApproval,
      status: "approved",
      responderType: "user",
      responderId: "u-417",
      updatedAt: answered,
      respondedAt: answered,
    }),
  },
  "requests-outgoing-unknown-status": { arrange: given(ownTask) },
  "requests-inbox-list": {
    arrange: given(ownTask, { ...asked, id: question.id, status: "done" }, asked),
  },
  "requests-get-thread": {
    arrange: ({ store }) => {
      store.insertRequest(ownTask);
      store.insertRequestMessage(question);
    },
  },
  "requests-get-not-participant": {
    arrange: given({ ...asked, recipientId: ids.sibling_push }),
  },
  "requests-get-unknown": { arrange: given(ownTask) },
  "requests-respond-done": { arrange: given(asked) },
  "requests-respond-wrong-action": { arrange: given(asked) },
  "requests-respond-not-recipient": { arrange: given(ownTask) },
  "requests-respond-already-closed": { arrange: given({ ...asked, status: "done" }) },
  "requests-message-by-requester": { arrange: given(ownTask), generated: ["message_id"] },
  "requests-message-without-author-type": { arrange: given(ownTask) },
  "requests-cancel": { arrange: given(ownTask) },
  "requests-cancel-not-requester": { arrange: given(asked) },
};
