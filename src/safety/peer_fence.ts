import { peerText } from "./peer_text.ts";

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
