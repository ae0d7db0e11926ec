import { canonicalPeerId } from "../config/workspace_id.ts";
import type { InboxMessage } from "../inbox/message.ts";
import { cutText } from "../safety/cut_text.ts";
import { cleanText } from "../safety/untrusted_text.ts";

const KINDS = new Set(["canvas_user", "peer_agent"]);
const METHODS = new Set(["message/send", "tasks/send", "tasks/get", "notify", ""]);
const ACTIVITY_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
/** Of the characters that RFC 3986 allows, those that cannot end an attribute or open a tag. */
const WEB_URL = /^https?:\/\/(?:\[[\da-f:.]+\]|[\w.-]+)(?::\d+)?\/[\w.~:/?#@!$&()*+,;=%-]*$/;
const MAX_NAME_LENGTH = 64;
const MAX_TEXT_LENGTH = 100_000;
const CUT_NOTE = "(cut after 100,000 characters; inbox_peek shows all of it)";
/** The beginnings of lines that would read as a header or a hint of ours. */
const FALSE_HEADER = /^((?:[^\S\n\r\u2028\u2029]|\u2800)*)\[(?=from\s)/gim;
const FALSE_HINT = /^((?:[^\S\n\r\u2028\u2029]|\u2800)*)↩/gm;

/**
 * The attributes of a pushed message: every value passes its gate or is left empty, because the
 * client turns them into the attributes of a tag (runtime-behaviour C6).
 */
export function channelMeta(message: InboxMessage): Record<string, unknown> {
  const peerId = canonicalPeerId(message.peer_id) ?? "";
  const name = displayName(message.peer_name);
  const role = displayName(message.peer_role);
  const url = webUrl(message.agent_card_url);
  return {
    source: "molecule",
    kind: KINDS.has(message.kind) ? message.kind : "",
    peer_id: peerId,
    method: METHODS.has(message.method) ? message.method : "",
    activity_id: ACTIVITY_ID.test(message.activity_id) ? message.activity_id : "",
    ts: TIMESTAMP.test(message.created_at) ? message.created_at : "",
    ...(message.arrival_workspace_id !== undefined &&
      { arrival_workspace_id: message.arrival_workspace_id }),
    ...(peerId !== "" && url !== undefined && { agent_card_url: url }),
    ...(peerId !== "" && name !== undefined && { peer_name: name }),
    ...(peerId !== "" && role !== undefined && { peer_role: role }),
    ...(message.attachments !== undefined && message.attachments.length > 0 &&
      { attachments: message.attachments }),
  };
}

/**
 * The text of a pushed message: who writes, what, and how to answer (runtime-behaviour C6). Long
 * texts are cut, and lines in them that imitate the header or the hint are made to look different.
 */
export function channelContent(message: InboxMessage): string {
  const text = framedText(message.text);
  if (message.kind === "canvas_user") {
    return `[from canvas user]\n${text}\n` +
      '↩ Reply: send_message_to_user({message: "..."})';
  }
  if (message.kind !== "peer_agent") return text;
  const peerId = canonicalPeerId(message.peer_id);
  const name = displayName(message.peer_name) ?? "peer-agent";
  const role = displayName(message.peer_role);
  const who = role === undefined ? name : `${name} (${role})`;
  if (peerId === undefined) return `[from ${who}]\n${text}`;
  return `[from ${who} · peer_id=${peerId}]\n${text}\n` +
    `↩ Reply: delegate_task({workspace_id: "${peerId}", task: "..."})`;
}

/** A text that neither floods the client's context nor passes a part of itself off as our words. */
function framedText(text: string): string {
  const shown = text.length <= MAX_TEXT_LENGTH
    ? text
    : `${cutText(text, MAX_TEXT_LENGTH)}\n${CUT_NOTE}`;
  return shown.replace(FALSE_HEADER, "$1(").replace(FALSE_HINT, "$1→");
}

/**
 * The URL in its canonical form. That form alone is not enough: quotes pass through it, in the path
 * and even in the host.
 */
function webUrl(text: string | undefined): string | undefined {
  const href = URL.parse(text ?? "")?.href;
  return href !== undefined && WEB_URL.test(href) ? href : undefined;
}

/**
 * A name fit for a tag attribute and for the header line: letters of any script, digits and a few
 * marks; everything else becomes a space. At most 64 characters.
 */
export function displayName(name: string | undefined): string | undefined {
  if (typeof name !== "string") return undefined;
  // First what is invisible: some of that counts as a letter.
  const plain = cleanText(name).replace(/[^\p{L}\p{M}\p{N} _.\-/+:@()]/gu, " ").replace(/\s+/g, " ")
    .trim();
  if (plain === "") return undefined;
  const characters = [...plain];
  return characters.length <= MAX_NAME_LENGTH
    ? plain
    : `${characters.slice(0, MAX_NAME_LENGTH - 1).join("")}…`;
}
