/**
 * The boundary that everything written by a peer or a user passes before an agent sees it
 * (design.md, "Untrusted text"): invisible characters are removed, words are never rewritten,
 * nothing passes for a frame of ours, and a peer's reply stays inside its fence.
 *
 * @module
 */
export { cleanLine, cleanText } from "./clean_text.ts";
export { peerLine, peerText } from "./peer_text.ts";
export { looksLike } from "./lookalikes.ts";
export { peerJson } from "./peer_json.ts";
export { fencePeerText, PEER_RESULT_CLOSE, PEER_RESULT_OPEN } from "./peer_fence.ts";
