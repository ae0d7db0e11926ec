/**
 * The boundary that everything written by a peer or a user passes before an agent sees it
 * (src/README.md, "Untrusted text"), and what its words mean, here and in all of src/:
 *
 * - *clean*: what a reader cannot see is removed (`cleanText`, `cleanLine`); words are never rewritten.
 * - *defuse*: what would pass for a frame of ours (a fence, a `<channel>` tag, a message's header) loses
 *   its opening bracket (`defuseFrames`).
 * - *peer* text is cleaned and defused (`peerText`, `peerLine`, `peerJson`).
 * - *fence*: a peer's words stand between two marker lines (`fencePeerText`).
 * - *redact* is for secrets and has nothing to do with the above: `[redacted]` takes their place
 * (`SecretRedactor`, `redactJson`, `redactLikelySecrets`).
 *
 * @module
 */
import { cleanLine, cleanText } from "./clean_text.ts";
import { defuseFrames } from "./defuse_frames.ts";

export { cleanLine, cleanText };
export { looksLike } from "./lookalikes.ts";

/** Text that someone else wrote: cleaned, and without anything that passes for a frame of ours. */
export function peerText(text: string): string {
  return defuseFrames(cleanText(text));
}

/**
 * The same for one line, as `cleanLine` makes it.
 *
 * @param maxLength in characters (code points)
 */
export function peerLine(text: string, maxLength?: number): string | undefined {
  const line = cleanLine(text, maxLength);
  return line === undefined ? undefined : defuseFrames(line);
}

/** The line before a peer's reply. */
export const PEER_RESULT_OPEN = "[A2A_RESULT_FROM_PEER]";
/** The line after a peer's reply. */
export const PEER_RESULT_CLOSE = "[/A2A_RESULT_FROM_PEER]";

/**
 * A peer's words between two marker lines that it cannot produce itself (OFFSEC-003), nor anything
 * else that would pass for a frame of ours.
 */
export function fencePeerText(text: string): string {
  return `${PEER_RESULT_OPEN}\n${peerText(text)}\n${PEER_RESULT_CLOSE}`;
}
