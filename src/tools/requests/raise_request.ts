import * as z from "zod/mini";
import { createRequest, type NewRequest } from "../../platform/api/requests.ts";
import { cleanLine } from "../../safety/untrusted/untrusted_text.ts";
import type { ToolContext } from "../support/context.ts";
import type { ToolResult } from "../support/define_tool.ts";
import type { WorkspaceConnection } from "../support/workspace_router.ts";
import { oneAttemptError } from "./failure.ts";
import { partyName } from "./party_name.ts";
import type { Recipient } from "./recipient.ts";

const MAX_FIELD_LENGTH = 128;

/** What both tools that raise requests return. */
export const raisedSchema = z.object({
  request_id: z.string(),
  note: z.string(),
});

/**
 * Raises the request, in one attempt: the platform cannot tell a second one from the first.
 *
 * @param recipient the peer that is asked; absent: the user
 * @returns the reference's text (tests/README.md, "Requests")
 * @throws {ToolInputError} when it may have been raised all the same
 */
export async function raiseRequest(
  request: Omit<NewRequest, "recipientId">,
  source: WorkspaceConnection,
  context: ToolContext,
  recipient?: Recipient,
): Promise<ToolResult<z.input<typeof raisedSchema>>> {
  const { kind, title } = request;
  const raised = await create({ ...request, recipientId: recipient?.id }, source, context.signal);
  const id = cleanLine(raised.id, MAX_FIELD_LENGTH) ?? "";
  const status = cleanLine(raised.status, MAX_FIELD_LENGTH) ?? "unknown";
  const party = recipient
    ? { type: "agent", id: recipient.id } as const
    : { type: "user", id: "" } as const;
  context.router.rememberRequest({
    id: id.toLowerCase(),
    requester: { type: "agent", id: source.workspace.id },
    recipient: party,
  }, source);
  const offline = recipient?.isOffline ? "; it is offline, and sees it when it is back" : "";
  const where = recipient
    ? `The peer finds it in its inbox of requests${offline}.`
    : `It is in the ${kind === "approval" ? "Approvals" : "Tasks"} tab of the user's canvas.`;
  const before = kind === "approval" ? ", without what needs the approval" : "";
  const note =
    `Raised ${kind} request “${title}” to ${
      partyName(party, context)
    } (id ${id}, status ${status}). ${where} You are not blocked: go on with other work${before}. The ` +
    "decision will come as an inbound message; get_request with wait_secs waits for it.";
  const structured = { request_id: id, kind, status, note };
  return { text: note, structured };
}

async function create(
  request: NewRequest,
  { client }: WorkspaceConnection,
  signal: AbortSignal,
): Promise<{ id: string; status: string }> {
  try {
    return await createRequest(client, request, signal);
  } catch (error) {
    throw oneAttemptError(
      error,
      "The request may have been raised all the same: look with check_requests before you raise it " +
        "again, so that nobody is asked twice",
    );
  }
}
