import { peerLine } from "../../safety/untrusted/untrusted_text.ts";
import { UUID_PATTERN } from "../../lib/uuid.ts";

/** What a message about a request says of it. */
export interface RequestFields {
  readonly request_id?: string;
  readonly request_kind?: "task" | "approval";
  /** In one line, and cut. */
  readonly request_title?: string;
  /** How it was decided. */
  readonly decision?: "done" | "approved" | "rejected";
  /** Who asked, decided or wrote; absent if that is not known. An agent is named by `peer_id`. */
  readonly by?: "user" | "agent";
}

/** The platform's own words about a request that this workspace raised. */
export interface RequestWords extends RequestFields {
  /** The workspace that decided, if one did. */
  readonly peer_id?: string;
  /** What was written, with the platform's advice after it; absent where the words are others. */
  readonly written?: string;
}

/** How the ids of such messages begin (src/platform/API.md, "How an answer reaches the asker"). */
const MESSAGE_ID = new RegExp(`^request-(responded|message):(${UUID_PATTERN})?`, "i");
const MAX_TITLE_LENGTH = 200;
/** As Go quotes: the title itself has no bare quote in it, so that it cannot end early. */
const QUOTED = `"(?<title>(?:[^"\\\\]|\\\\.)*)"`;
const REQUEST = `(?<kind>task|approval) request ${QUOTED} \\(id (?<id>${UUID_PATTERN})\\)`;
const DECISION = new RegExp(
  `^Your ${REQUEST} was (?<decision>done|approved|rejected) by (?:the (?<user>user)|agent (?<agent>${UUID_PATTERN}))`,
  "i",
);
const QUESTION = new RegExp(`^[^"]{0,40}\\byour ${REQUEST}: ?(?<written>[^]*)$`, "i");

/** What a message with this id says of a request; undefined: it speaks of none. */
export function aboutRequest(
  messageId: string,
): "request_decision" | "request_message" | undefined {
  const event = MESSAGE_ID.exec(messageId)?.[1];
  if (event === undefined) return undefined;
  return event.toLowerCase() === "responded" ? "request_decision" : "request_message";
}

/**
 * What the platform says of a request. Its text alone says how one was decided, and by whom: it is
 * read from its beginning, which nobody but the platform writes, and only if it names the request
 * that the message's id names.
 *
 * @param messageId of which `aboutRequest` says something
 */
export function requestWords(messageId: string, text: string): RequestWords {
  if (aboutRequest(messageId) === "request_decision") {
    const requestId = MESSAGE_ID.exec(messageId)?.[2]?.toLowerCase();
    const known = requestId === undefined ? {} : { request_id: requestId };
    const said = DECISION.exec(text)?.groups;
    if (said === undefined || said.id?.toLowerCase() !== requestId) return known;
    const peerId = said.agent?.toLowerCase();
    return {
      ...known,
      ...describedBy(said),
      decision: decisionOf(said.decision?.toLowerCase()),
      by: peerId === undefined ? "user" : "agent",
      ...(peerId !== undefined && { peer_id: peerId }),
    };
  }
  const said = QUESTION.exec(text)?.groups;
  if (said?.id === undefined) return {};
  return {
    request_id: said.id.toLowerCase(),
    ...describedBy(said),
    written: said.written ?? "",
  };
}

/** A title as `request_title` shows it. */
export function titleLine(title: string): string | undefined {
  return peerLine(title, MAX_TITLE_LENGTH);
}

function describedBy(
  { kind = "", title = "" }: Readonly<Record<string, string | undefined>>,
): Pick<RequestFields, "request_kind" | "request_title"> {
  const line = titleLine(unquoted(title));
  return {
    request_kind: kind.toLowerCase() === "approval" ? "approval" : "task",
    ...(line !== undefined && { request_title: line }),
  };
}

/** The decision that the status of a request is; undefined: it is none. */
export function decisionOf(status = ""): RequestFields["decision"] {
  return status === "done" || status === "approved" || status === "rejected" ? status : undefined;
}

/** What Go has quoted; an escape that means nothing stays as it is. */
function unquoted(text: string): string {
  return text.replace(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(.))/g,
    (whole, x?: string, u?: string, long?: string, one?: string) => {
      if (one !== undefined) return SHORT[one] ?? one;
      const code = Number.parseInt(x ?? u ?? long ?? "", 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

/** Escapes of one letter. */
const SHORT: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};
