import * as z from "zod/mini";
import {
  type DelegationRow,
  listDelegations,
  PEER_ERROR,
  WAITS_IN_INBOX,
} from "../../platform/api/delegations.ts";
import { PlatformError } from "../../platform/errors/platform_error.ts";
import { isPlatformsOwn } from "../../platform/api/own_words.ts";
import { cutText } from "../../lib/cut_text.ts";
import { peerJson } from "../../safety/untrusted/peer_json.ts";
import { fencePeerText } from "../../safety/untrusted/untrusted_text.ts";
import type { BackgroundDelegation } from "../delegation/background_delegations.ts";
import { defineTool } from "../support/define_tool.ts";
import { optionalString, sourceArgument } from "../support/arguments.ts";
import { failureText, TRUNCATED_NOTE } from "../delegation/result_text.ts";

const MAX_LISTED = 10;
/** A list shows only the beginning of each answer, as the platform's own previews do. */
const LISTED_ANSWER_LENGTH = 300;

/** One delegation in the platform's field names. */
interface TaskStatus {
  readonly delegation_id: string;
  readonly target_id: string;
  readonly status: string;
  readonly summary: string;
  readonly response_preview?: string;
  readonly error?: string;
}

export const checkTaskStatusTool = defineTool({
  name: "check_task_status",
  title: "Check a delegated task",
  description: "Get the status of a delegated task, and its result once there is one. pending, " +
    "dispatched, in_progress: wait. queued: the peer is busy, do not resend. completed: the " +
    "result is included. failed: find another way.",
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  permission: "delegate",
  input: z.object({
    workspace_id: optionalString("The peer that has the task."),
    task_id: optionalString(
      "Delegation id; if empty, recent delegations are listed, newest first.",
    ),
    source_workspace_id: sourceArgument("delegated it", "the one that sees the peer"),
  }),
  output: z.looseObject({
    delegation_id: z.optional(z.string()),
    status: z.optional(z.string()),
    summary: z.optional(z.string()),
    response_preview: z.optional(
      z.string().check(z.describe("Peer text is fenced, here and elsewhere.")),
    ),
    error: z.optional(z.string()),
    note: z.optional(z.string()),
    delegations: z.optional(z.array(z.any())),
    problem: z.optional(z.string()),
  }),
  async run(args, { router, background, signal }) {
    const connection = router.route(args.source_workspace_id, args.workspace_id);
    const sourceId = connection.workspace.id;
    const id = args.task_id?.trim().toLowerCase() ?? "";
    const running = id === "" ? undefined : background.get(id, sourceId);
    if (running) return result({ ...ownStatus(running) });
    const own = background.list(sourceId);
    let rows: readonly DelegationRow[] = [];
    let problem: string | undefined;
    try {
      rows = await listDelegations(connection.client, signal);
    } catch (error) {
      // What this process remembers is worth reporting while the platform cannot be reached.
      if (!(error instanceof PlatformError) || id !== "" || own.length === 0) throw error;
      problem =
        `Only the delegations that this process remembers; the platform's list could not be ` +
        `fetched: ${error.message}`;
    }
    if (id !== "") {
      const row = rows.find(({ delegation_id }) => delegation_id.toLowerCase() === id);
      return row
        ? result(fenced(row))
        : { ...result({ status: "not_found", delegation_id: id }), isError: true };
    }
    const delegations = [
      ...own.slice(0, MAX_LISTED).map(ownSummary),
      ...rows.slice(0, Math.max(0, MAX_LISTED - own.length)).map(rowSummary),
    ];
    return result({
      delegations,
      count: own.length + rows.length,
      problem,
    });
  },
});

function result(structured: Record<string, unknown>) {
  return { text: JSON.stringify(structured), structured };
}

/** Everything a peer may have written is fenced: its answer, and fields that quote from it. */
function fenced(row: DelegationRow): Record<string, unknown> {
  const { response_preview: answer, summary, error } = row;
  return {
    ...peerJson(row) as Record<string, unknown>,
    summary: fencedUnlessOwn(summary),
    error: error === undefined ? undefined : fencedUnlessOwn(error),
    response_preview: answer === undefined ? undefined : fencePeerText(answer),
    note: row.truncated ? TRUNCATED_NOTE : undefined,
  };
}

function fencedUnlessOwn(words: string): string {
  return words === "" || words === WAITS_IN_INBOX || words === PEER_ERROR || isPlatformsOwn(words)
    ? words
    : fencePeerText(words);
}

/** For a list: the preview, without long fields. */
function rowSummary(row: DelegationRow): Record<string, unknown> {
  const { delegation_id, target_id, status, summary, response_preview: answer = "" } = row;
  return { ...fenced({ delegation_id, target_id, status, summary }), ...previewOf(answer) };
}

function ownSummary(delegation: BackgroundDelegation): Record<string, unknown> {
  const { delegation_id, target_id, status, summary } = ownStatus(delegation);
  const { outcome } = delegation;
  const answer = outcome?.status === "completed" ? outcome.answer : "";
  return { delegation_id, target_id, status, summary, ...previewOf(answer) };
}

function previewOf(answer: string): { response_preview: string } {
  const start = cutText(answer, LISTED_ANSWER_LENGTH);
  const preview = start === answer ? answer : `${start}...`;
  return { response_preview: preview === "" ? "" : fencePeerText(preview) };
}

/** In this program's own words, except for the peer's answer or error, which is fenced. */
function ownStatus({ delegationId, targetId, outcome }: BackgroundDelegation): TaskStatus {
  const same = { delegation_id: delegationId, target_id: targetId };
  switch (outcome?.status) {
    case undefined:
      return { ...same, status: "in_progress", summary: "" };
    case "completed":
      return {
        ...same,
        status: "completed",
        summary: "",
        response_preview: fencePeerText(outcome.answer),
      };
    case "queued":
      return { ...same, status: "queued", summary: outcome.note };
    case "failed":
      return { ...same, status: "failed", summary: "", error: failureText(outcome) };
  }
}
