import { canonicalPeerId } from "../../config/workspace_id.ts";
import { type InboxMessage, isFenced, MESSAGE_KINDS } from "../../inbox/message.ts";
import { cutText } from "../../lib/cut_text.ts";
import {
  cleanText,
  fencePeerText,
  looksLike,
  peerText,
} from "../../safety/untrusted/untrusted_text.ts";
import { attachmentLines, attachmentsAttribute } from "./channel_attachments.ts";
import { isUuid } from "../../lib/uuid.ts";
import { CLOSED_PREFIX } from "../../inbox/requests/request_message.ts";
import { requestAttributes, requestFrame } from "./channel_requests.ts";

const KINDS = new Set<string>(MESSAGE_KINDS);
const METHODS = new Set(["message/send", "tasks/send", "tasks/get", "notify", ""]);
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
/** The characters of RFC 3986 without those that could end an attribute or open a tag. */
const WEB_URL = /^https?:\/\/(?:\[[\da-f:.]+\]|[\w.-]+)(?::\d+)?\/[\w.~:/?#@!$&()*+,;=%-]*$/;
const MAX_NAME_LENGTH = 64;
const MAX_TEXT_LENGTH = 100_000;
const CUT_NOTE = "(cut after 100,000 characters; inbox_peek shows all of it)";
/** What may precede the first word of a line, and what would make it read as a line of ours. */
const LINE_START = /^[^\p{L}\p{N}\n]+/gmu;
const FALSE_HINT = /[↩↪↵↲↳⏎⤶⤷⮐⮑📎🖇]/gu;

/**
 * The attributes of a pushed message: every value is a string that passes its check or is left
 * empty, because the client turns them into the attributes of a tag, and drops a message with
 * anything else (tests/README.md, "Push notifications"). The client itself sets `source`.
 */
export function channelMeta(message: InboxMessage): Record<string, string> {
  const peerId = canonicalPeerId(message.peer_id) ?? "";
  const name = displayName(message.peer_name);
  const role = displayName(message.peer_role);
  const url = webUrl(message.agent_card_url);
  return {
    kind: KINDS.has(message.kind) ? message.kind : "",
    peer_id: peerId,
    method: isKnownMethod(message) ? message.method : "",
    activity_id: isActivityId(message.activity_id) ? message.activity_id : "",
    ts: TIMESTAMP.test(message.created_at) ? message.created_at : "",
    ...(message.arrival_workspace_id !== undefined &&
      { arrival_workspace_id: message.arrival_workspace_id }),
    ...requestAttributes(message),
    ...(peerId !== "" && url !== undefined && { agent_card_url: url }),
    ...(peerId !== "" && name !== undefined && { peer_name: name }),
    ...(peerId !== "" && role !== undefined && { peer_role: role }),
    ...(message.attachments !== undefined && message.attachments.length > 0 &&
      { attachments: attachmentsAttribute(message.attachments) }),
  };
}

function isKnownMethod({ kind, method }: InboxMessage): boolean {
  return METHODS.has(method) || (kind === "delegation_result" && method === "delegate_result");
}

/**
 * The text of a pushed message: who wrote it, what it says, which files came with it, how to answer
 * (tests/README.md, "Push notifications"). Long texts are cut, and lines in them that imitate a
 * line of ours, or the channel's tag, are made to look different.
 */
export function channelContent(message: InboxMessage): string {
  const { text, note } = shownText(message.text);
  const body = isFenced(message) ? fencePeerText(text) : text;
  const files = attachmentLines(message.attachments ?? []);
  const { header, hint } = frameOf(message);
  const notes = message.note === undefined ? note : [...note, `(${message.note})`];
  return [...header, body, ...notes, ...files, ...hint].join("\n");
}

interface Frame {
  readonly header: readonly string[];
  readonly hint: readonly string[];
}

function frameOf(message: InboxMessage): Frame {
  switch (message.kind) {
    case "canvas_user":
      return {
        header: ["[from canvas user]"],
        hint: ['↩ Reply: send_message_to_user({message: "..."})'],
      };
    case "peer_agent":
    case "delegation_result":
      return peerFrame(message);
    case "platform":
      return { header: ["[from the platform]"], hint: [] };
    case "request":
    case "request_decision":
    case "request_message":
    case "request_closed":
      return requestFrame(message, () => peerHeader(message));
    default:
      return { header: [], hint: [] };
  }
}

function peerFrame(message: InboxMessage): Frame {
  const peerId = canonicalPeerId(message.peer_id);
  const isResult = message.kind === "delegation_result";
  const header = peerHeader(message, [
    ...(isResult ? ["result of a delegation"] : []),
    ...(message.broadcast ? ["broadcast to the organisation"] : []),
  ]);
  return {
    header: [`[from ${header}]`],
    hint: isResult || peerId === undefined
      ? []
      : [`↩ Reply: delegate_task({workspace_id: "${peerId}", task: "..."})`],
  };
}

/** @param what what the message is, where it is not simply a message */
function peerHeader(message: InboxMessage, what: readonly string[] = []): string {
  const peerId = canonicalPeerId(message.peer_id);
  const name = peerName(message.peer_name);
  const role = displayName(message.peer_role);
  return [
    role === undefined ? name : `${name} (${role})`,
    ...what,
    ...(peerId === undefined ? [] : [`peer_id=${peerId}`]),
  ].join(" · ");
}

/** A name with which the header cannot be mistaken for anything but a peer's. */
function peerName(given: string | undefined): string {
  const name = displayName(given);
  if (name === undefined) return "peer-agent";
  return ["canvas user", "the platform"].some((sender) => looksLike(name, sender))
    ? `peer-agent named ${name}`
    : name;
}

/** A text that neither floods the client's context nor passes off a part of itself as our words. */
function shownText(text: string): { text: string; note: string[] } {
  const isCut = text.length > MAX_TEXT_LENGTH;
  return {
    text: peerText(cutText(text, MAX_TEXT_LENGTH))
      .replace(LINE_START, (start) => start.replace(FALSE_HINT, "→")),
    note: isCut ? [CUT_NOTE] : [],
  };
}

/**
 * The URL in its canonical form. That form alone is not enough: it may still contain quotes, in the
 * path and even in the host.
 */
function webUrl(text: string | undefined): string | undefined {
  const href = URL.parse(text ?? "")?.href;
  return href !== undefined && WEB_URL.test(href) ? href : undefined;
}

/**
 * A name that is safe in a tag attribute and in the header line: letters of any script, digits and
 * a few marks; everything else becomes a space. At most 64 characters.
 */
export function displayName(name: string | undefined): string | undefined {
  if (typeof name !== "string") return undefined;
  // Invisible characters first: some of them count as letters.
  const plain = cleanText(name).replace(/[^\p{L}\p{M}\p{N} _.\-/+:@()]/gu, " ").replace(/\s+/g, " ")
    .trim();
  if (plain === "") return undefined;
  const characters = [...plain];
  return characters.length <= MAX_NAME_LENGTH
    ? plain
    : `${characters.slice(0, MAX_NAME_LENGTH - 1).join("")}…`;
}

/** The platform writes ids in lower case; one of ours has a word of ours before it. */
function isActivityId(text: string): boolean {
  const id = text.startsWith(CLOSED_PREFIX) ? text.slice(CLOSED_PREFIX.length) : text;
  return isUuid(id) && id === id.toLowerCase();
}
