import { cutText } from "../safety/cut_text.ts";
import { cleanLine } from "../safety/untrusted_text.ts";

const MAX_REASON_LENGTH = 600;

/** Said next to an answer that the platform cut (platform-api 10.2). */
export const TRUNCATED_NOTE =
  "The platform keeps only the first 300 bytes of a queued answer; this one is cut.";

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
