import { cleanLine } from "../safety/untrusted_text.ts";

const MAX_REASON_LENGTH = 600;

/** Said next to an answer that the platform cut (platform-api 10.2). */
export const TRUNCATED_NOTE =
  "The platform keeps only the first 300 bytes of a queued answer; this one is cut.";

/** Why something failed, as one line: the words may be a peer's. */
export function reasonLine(reason: string): string {
  return cleanLine(reason, MAX_REASON_LENGTH) ?? "no reason was given";
}
