import { cutText } from "../../lib/cut_text.ts";
import { cleanLine, fencePeerText } from "../../safety/untrusted/untrusted_text.ts";
import type { Failure } from "./outcome.ts";

const MAX_REASON_LENGTH = 600;

/** Goes with an answer that the platform cut (src/platform/API.md, "List delegations"). */
export const TRUNCATED_NOTE =
  "The platform keeps only the first 300 bytes of a queued answer; this one was cut off.";

/** A failure as one text, with the peer's words fenced. */
export function failureText({ reason, peerWords }: Failure): string {
  return peerWords === undefined ? reason : `${reason}. Details:\n${fencePeerText(peerWords)}`;
}

const MAX_NAME_LENGTH = 40;
/** At most four words of letters and digits. */
const PLAIN_NAME =
  /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_'-]*(?: [\p{L}\p{N}][\p{L}\p{M}\p{N}_'-]*){0,3}$/u;

/**
 * How our own sentences refer to a peer. A peer chooses its own name: one that does not read as a
 * name is not used, and one of several words is put in quotes.
 */
export function displayName(name: string, peerId: string): string {
  const isPlain = name.length <= MAX_NAME_LENGTH && PLAIN_NAME.test(name);
  if (!isPlain) return `peer ${peerId.slice(0, 8)}`;
  return name.includes(" ") ? `"${name}"` : name;
}

/** The reason for a failure, as one line: the words may be a peer's. */
export function errorLine(reason: string): string {
  return cleanLine(reason, MAX_REASON_LENGTH) ?? "no reason was given";
}

/** Far more than an agent can use; a longer answer would only cost memory and time. */
const MAX_ANSWER_LENGTH = 1_000_000;

/** A peer's answer; one that is longer than any agent can read is cut, and says so. */
export function truncateAnswer(answer: string): string {
  if (answer.length <= MAX_ANSWER_LENGTH) return answer;
  return `${cutText(answer, MAX_ANSWER_LENGTH)}\n[Cut off here: the answer has ${answer.length} ` +
    "characters. Ask the peer for a summary or for a part of it.]";
}
