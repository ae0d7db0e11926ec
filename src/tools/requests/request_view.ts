import {
  isOpenRequest,
  type Party,
  type PlatformRequest,
  type RequestMessage,
  type RequestThread,
} from "../../platform/api/requests.ts";
import { cutText } from "../../lib/cut_text.ts";
import {
  cleanText,
  fencePeerText,
  PEER_RESULT_CLOSE,
  PEER_RESULT_OPEN,
  peerLine,
} from "../../safety/untrusted/untrusted_text.ts";
import type { ToolContext } from "../support/context.ts";
import { truncateList } from "../support/truncate_list.ts";
import { partyName } from "./party_name.ts";

/** In a list, where a line has to do; a request alone shows more of its title. */
const LISTED_TITLE_LENGTH = 200;
const MAX_TITLE_LENGTH = 2_000;
/** For a detail or a message: more would flood an agent's context. */
const MAX_TEXT_LENGTH = 16 * 1024;
const MAX_FIELD_LENGTH = 64;

/** A request as all tools show it, who is who in our own words. */
export interface RequestView {
  readonly request_id: string;
  readonly kind: string;
  readonly status: string;
  readonly requester: string;
  readonly recipient: string;
  readonly title: string;
  readonly priority?: number;
  readonly decided_by?: string;
  readonly created_at: string;
  readonly responded_at?: string;
}

/** A request with its detail and what was written to it. */
export interface ThreadView extends RequestView {
  readonly detail?: string;
  readonly messages: readonly MessageView[];
  /** How many of the oldest messages are not shown. */
  readonly omitted: number;
}

interface MessageView {
  readonly from: string;
  readonly created_at: string;
  /** A peer's words are fenced. */
  readonly body: string;
}

/** The request without its detail. */
export function requestView(
  request: PlatformRequest,
  context: ToolContext,
  titleLength = LISTED_TITLE_LENGTH,
): RequestView {
  const { id, kind, requester, recipient, title, priority, responder } = request;
  const respondedAt = line(request.respondedAt);
  return {
    request_id: id,
    kind,
    status: line(request.status) ?? "unknown",
    requester: partyName(requester, context),
    recipient: partyName(recipient, context),
    title: peerLine(title, titleLength) ?? "(no title)",
    ...(priority !== undefined && { priority }),
    ...(responder !== undefined && { decided_by: partyName(responder, context) }),
    created_at: line(request.createdAt) ?? "",
    ...(respondedAt !== undefined && { responded_at: respondedAt }),
  };
}

/** The whole of it. */
export function threadView({ request, messages }: RequestThread, context: ToolContext): ThreadView {
  const { requester, detail } = request;
  const newest = truncateList(messages.map((each) => messageView(each, context)).reverse());
  return {
    ...requestView(request, context, MAX_TITLE_LENGTH),
    ...(detail !== undefined && { detail: wordsOf(requester, detail, context) }),
    messages: newest.items.reverse(),
    omitted: newest.omitted,
  };
}

/** One line for a list: the title, which somebody else may have chosen, is quoted and comes last. */
export function requestLine(view: RequestView): string {
  return `- ${factsOf(view)}. Title: ${JSON.stringify(view.title)}`;
}

/** The request as text: our own words stand at the beginning of a line, nobody else's do unfenced. */
export function threadText(
  { detail, messages, ...view }: Omit<ThreadView, "omitted">,
): string {
  const lines = [`${factsOf(view)}.`, `Title: ${JSON.stringify(view.title)}`];
  if (detail !== undefined) lines.push(`Detail, by ${view.requester}:`, quoted(detail));
  if (messages.length === 0) lines.push("Nothing was written to it.");
  else lines.push("What was written to it, the oldest first:");
  for (const { from, created_at, body } of messages) {
    lines.push(`${from}, ${created_at}:`, quoted(body));
  }
  return lines.join("\n");
}

function factsOf(view: RequestView): string {
  const { request_id, kind, status, requester, recipient, priority, decided_by } = view;
  const decided = decided_by === undefined
    ? ""
    : ` (decided by ${decided_by}${view.responded_at ? `, ${view.responded_at}` : ""})`;
  const urgency = priority === undefined ? "" : `, priority ${priority}`;
  return `${kind} ${request_id}: ${
    statusWords(status)
  }${decided}; from ${requester} to ${recipient}, ` +
    `raised ${view.created_at}${urgency}`;
}

function statusWords(status: string): string {
  if (status === "info_requested") return "info_requested (open; somebody wrote to it)";
  return isOpenRequest({ status }) ? `${status} (open)` : status;
}

function messageView(
  { author, createdAt, body }: RequestMessage,
  context: ToolContext,
): MessageView {
  return {
    from: partyName(author, context),
    created_at: line(createdAt) ?? "",
    body: wordsOf(author, body, context),
  };
}

/** A peer's words are fenced; the user's and this agent's own are only cleaned. */
function wordsOf({ type, id }: Party, text: string, { router }: ToolContext): string {
  const short = text.length <= MAX_TEXT_LENGTH
    ? text
    : `${cutText(text, MAX_TEXT_LENGTH)}… [cut; ${text.length} characters]`;
  return type === "user" || router.isOwn(id) ? cleanText(short) : fencePeerText(short);
}

/** Marks each line, so that none can be taken for one of ours; what is fenced as a whole cannot. */
function quoted(words: string): string {
  const [open, ...lines] = words.split("\n");
  const isFenced = open === PEER_RESULT_OPEN && lines.length > 0 &&
    lines.indexOf(PEER_RESULT_CLOSE) === lines.length - 1;
  return isFenced ? words : words.replace(/^/gm, "> ");
}

function line(text = ""): string | undefined {
  return peerLine(text, MAX_FIELD_LENGTH);
}
