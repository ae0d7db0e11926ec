import { cutText } from "../lib/cut_text.ts";
import { isUuid } from "../lib/uuid.ts";

/** Characters of tokens in a row; shorter ones are words. */
const RUN = /[A-Za-z0-9_+=-]{20,}/g;
const SHOWN_LENGTH = 100;

/**
 * A setting's value as a problem shows it: quoted and at most 100 characters, or only its length
 * when it may hold a secret. People paste the token into the wrong variable, and what stderr says
 * ends up in the log of the MCP client.
 */
export function quoteValue(text: string): string {
  if (mayHoldSecret(text)) {
    return `a value of ${text.length} characters (not shown: it may be a secret)`;
  }
  // JSON leaves those above ASCII as they are, and a terminal obeys some.
  return JSON.stringify(cutText(text, SHOWN_LENGTH)).replace(
    /[\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Whether a text has as many characters of tokens in a row as words have not, or a password's "@". */
export function mayHoldSecret(text: string): boolean {
  const runs = text.match(RUN) ?? [];
  // What stands before an "@" may be a password.
  return text.includes("@") || runs.some((run) => !isUuid(run));
}
