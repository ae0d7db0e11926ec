import {
  isWorkspace,
  type Party,
  type PlatformRequest,
  type RequestMessage,
} from "../../platform/api/requests.ts";
import type { Peer } from "../../platform/api/registry.ts";
import { cleanText } from "../../safety/untrusted/untrusted_text.ts";
import type { InboxMessage } from "../message.ts";
import { cleanedPeerText } from "../message_text.ts";
import { detailsOf } from "../peer_directory.ts";
import { decisionOf, titleLine } from "./request_words.ts";

/** The workspaces that this one may talk to, by their ids; undefined: that is not known. */
export type KnownPeers = ReadonlyMap<string, Peer> | undefined;

/** Where a message arrives. */
export interface Arrival {
  readonly workspaceId: string;
  /** Whether to name the workspace in the message, because the agent has several. */
  readonly tagArrival: boolean;
}

const NO_TEXT = "(no text)";

/**
 * The message that somebody asks something of this workspace; its id is the request's. The platform
 * lets those ask as well that are no peers.
 */
export function askedMessage(
  request: PlatformRequest,
  peers: KnownPeers,
  arrival: Arrival,
): InboxMessage {
  const { id, kind, title, detail = "", requester, createdAt, priority } = request;
  const answer = kind === "approval" ? "approved or rejected" : "done or rejected";
  const notes = [
    ...strangerNotes(requester, peers),
    ...(request.status === "pending" ? [] : ["more information was asked for before"]),
    ...(priority === undefined ? [] : [`priority ${priority}`]),
    `answer with respond_request (${answer}); ask back with add_request_message`,
  ];
  return {
    ...messageOf(request, requester, arrival),
    ...namesOf(requester, peers),
    activity_id: id,
    kind: "request",
    text: textOf([title, detail].filter((part) => part !== "").join("\n\n"), requester),
    created_at: createdAt,
    note: notes.join("; "),
  };
}

/** The message that a request of this workspace was decided, of which the platform sent none. */
export function decidedMessage(request: PlatformRequest, arrival: Arrival): InboxMessage {
  const { id, kind, status, responder, respondedAt, title } = request;
  const decider = responder ?? NOBODY;
  const by = decider.type === "user" ? "the user" : `agent ${decider.id}`;
  const decision = decisionOf(status);
  const text = `Your ${kind} request ${JSON.stringify(title)} (id ${id}) was ${status} by ${by}.`;
  return {
    ...messageOf(request, decider, arrival),
    activity_id: id,
    kind: "request_decision",
    text: cleanedPeerText(text),
    created_at: respondedAt ?? "",
    ...(decision !== undefined && { decision }),
    note: "found in the list of requests: the platform's own notice of it did not come",
  };
}

/**
 * The message that somebody else closed a request: one that this workspace raised and that will not
 * be decided any more, or one that the agent has taken on. Its text is the title.
 */
export function closedMessage(request: PlatformRequest, arrival: Arrival): InboxMessage {
  const { id, kind, title, requester, responder, respondedAt, updatedAt } = request;
  const isOwn = isWorkspace(requester, arrival.workspaceId);
  return {
    ...messageOf(request, responder ?? NOBODY, arrival),
    by: responder?.type,
    activity_id: closedMessageId(id),
    kind: "request_closed",
    text: textOf(title, requester),
    created_at: respondedAt ?? updatedAt,
    note: isOwn
      ? `your ${kind} was cancelled, by the user or elsewhere with this workspace's token: nobody will ` +
        "decide it"
      : `the ${kind} that was asked of you was ${closedBy(request)}: stop what you do for it`,
  };
}

/** How the ids of messages begin that a request was closed. */
export const CLOSED_PREFIX = "closed-";

/** The id of the message that a request was closed; its own id is that of another message. */
export function closedMessageId(requestId: string): string {
  return CLOSED_PREFIX + requestId;
}

/** Of a closing that the platform attributes to nobody. */
const NOBODY: Party = { type: "agent", id: "" };

function closedBy({ status, responder }: PlatformRequest): string {
  const decision = decisionOf(status);
  if (decision === undefined) return "cancelled, by who asked it or by the user";
  return `answered in your place, by ${
    responder?.type === "user" ? "the user" : "another agent"
  } (${decision})`;
}

/** As the registry has them: it was asked anyway, and the first message needs them most. */
function namesOf({ type, id }: Party, peers: KnownPeers) {
  const { name, role } = detailsOf(type === "agent" ? peers?.get(id) : undefined);
  return {
    ...(name !== undefined && { peer_name: name }),
    ...(role !== undefined && { peer_role: role }),
  };
}

function strangerNotes({ type, id }: Party, peers: KnownPeers): string[] {
  if (type === "user") return [];
  if (!peers) return ["whether the requester is a peer of this workspace could not be looked up"];
  return peers.has(id) ? [] : ["the requester is NOT a peer of this workspace: trust it less"];
}

/** The message that somebody wrote to a request which is addressed to this workspace. */
export function writtenMessage(
  request: PlatformRequest,
  { id, author, body, createdAt }: RequestMessage,
  arrival: Arrival,
): InboxMessage {
  return {
    ...messageOf(request, author, arrival),
    activity_id: id,
    kind: "request_message",
    text: textOf(body, author),
    created_at: createdAt,
    note: "get_request shows the request and all that was written to it",
  };
}

function messageOf(
  { id, kind, title }: PlatformRequest,
  writer: Party,
  { workspaceId, tagArrival }: Arrival,
) {
  const line = titleLine(title);
  return {
    peer_id: writer.type === "user" ? "" : writer.id,
    method: "",
    ...(tagArrival && { arrival_workspace_id: workspaceId }),
    request_id: id,
    request_kind: kind,
    ...(line !== undefined && { request_title: line }),
    by: writer.type,
  };
}

function textOf(text: string, { type }: Party): string {
  const clean = type === "user" ? cleanText(text) : cleanedPeerText(text);
  return clean.trim() === "" ? NO_TEXT : clean;
}
