import { cutText } from "../../lib/cut_text.ts";
import { cleanLine, fencePeerText } from "../../safety/untrusted_text.ts";

const MAX_REASON_LENGTH = 600;

/** Said next to an answer that the platform cut (platform-api 10.2). */
export const TRUNCATED_NOTE =
  "The platform keeps only the first 300 bytes of a queued answer; this one is cut.";

/** Why something failed, in this program's words, and in the peer's where it has given any. */
export interface Failure {
  readonly reason: string;
  readonly peerWords?: string;
}

/** Both in one text, the peer's words in the fence. */
export function failureText({ reason, peerWords }: Failure): string {
  return peerWords === undefined
    ? reason
    : `${reason}. What came with it:\n${fencePeerText(peerWords)}`;
}

const MAX_NAME_LENGTH = 40;
/** At most four words of letters and digits. */
const PLAIN_NAME =
  /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_'-]*(?: [\p{L}\p{N}][\p{L}\p{M}\p{N}_'-]*){0,3}$/u;

/**
 * How our own sentences call a peer. Its name is its own choice: what does not read as a name is
 * left out, and one of several words stands in quotes.
 */
export function nameToSay(name: string, peerId: string): string {
  const isPlain = name.length <= MAX_NAME_LENGTH && PLAIN_NAME.test(name);
  if (!isPlain) return `peer ${peerId.slice(0, 8)}`;
  return name.includes(" ") ? `"${name}"` : name;
}

/** Why something failed, as one line: the words may be a peer's. */
export function reasonLine(reason: string): string {
  return cleanLine(reason, MAX_REASON_LENGTH) ?? "no reason was given";
}

/** Far more than an agent can use; what is longer would only cost memory and time. */
const MAX_ANSWER_LENGTH = 1_000_000;

/** A peer's answer, cut with a word about it when it is longer than any agent can read. */
export function cutAnswer(answer: string): string {
  if (answer.length <= MAX_ANSWER_LENGTH) return answer;
  return `${cutText(answer, MAX_ANSWER_LENGTH)}\n[Cut here: the answer has ${answer.length} ` +
    "characters. Ask the peer for a summary or for a part of it.]";
}
