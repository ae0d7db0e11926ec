import * as z from "zod/mini";
import { type DelegationRow, listDelegations } from "../platform/delegations.ts";
import { cleanJson, fencePeerText } from "../safety/untrusted_text.ts";
import type { BackgroundDelegation } from "./background_delegations.ts";
import { defineTool } from "./define_tool.ts";
import { optionalText } from "./fields.ts";

const MAX_LISTED = 10;

export const checkTaskStatusTool = defineTool({
  name: "check_task_status",
  title: "Check a delegated task",
  description: "How a delegated task is doing, and its result once there is one. pending, " +
    "dispatched, in_progress: wait. queued: the peer is busy, do not resend. completed: the " +
    "result is there. failed: choose another way.",
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  permission: "delegate",
  input: z.object({
    workspace_id: optionalText("The peer that has the task; not needed."),
    task_id: optionalText("The delegation id; empty lists recent delegations."),
    source_workspace_id: optionalText("Whose delegations to read, if not the primary workspace's."),
  }),
  output: z.looseObject({}),
  async run(args, { sessions, background, signal }) {
    const session = sessions.resolve(args.source_workspace_id);
    const sourceId = session.workspace.id;
    const id = args.task_id?.trim().toLowerCase() ?? "";
    const own = id === "" ? undefined : background.get(id, sourceId);
    if (own) return shown(rowOf(own));
    const rows = await listDelegations(session.client, signal);
    if (id !== "") {
      const row = rows.find(({ delegation_id }) => delegation_id.toLowerCase() === id);
      if (row) return shown({ ...row });
      const missing = { status: "not_found", delegation_id: id };
      return { text: JSON.stringify(missing), structured: missing, isError: true };
    }
    const all = [...background.list(sourceId).map(rowOf), ...rows];
    return shown({
      delegations: all.slice(0, MAX_LISTED).map(summaryOf),
      count: all.length,
    });
  },
});

/** Everything a peer may have written is cleaned; its answer is fenced. */
function shown(record: Record<string, unknown>) {
  const preview = record.response_preview;
  const structured = {
    ...cleanJson(record) as Record<string, unknown>,
    ...(typeof preview === "string" && { response_preview: fencePeerText(preview) }),
    ...(record.truncated === true && {
      note: "The platform keeps only the first 300 bytes of the answer; this one is cut.",
    }),
  };
  return { text: JSON.stringify(structured), structured };
}

function rowOf({ delegationId, targetId, outcome }: BackgroundDelegation) {
  return {
    delegation_id: delegationId,
    target_id: targetId,
    status: outcome?.status ?? "in_progress",
    summary: outcome?.status === "queued" ? outcome.note : "",
    ...(outcome?.status === "completed" && { response_preview: outcome.answer }),
    ...(outcome?.status === "failed" && { error: outcome.error }),
  };
}

function summaryOf(row: DelegationRow | ReturnType<typeof rowOf>) {
  const { delegation_id, target_id, status, summary } = row;
  const preview = "response_preview" in row ? row.response_preview : undefined;
  return {
    delegation_id,
    target_id,
    status,
    summary,
    response_preview: preview === undefined ? "" : fencePeerText(preview),
  };
}
