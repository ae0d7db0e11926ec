import { UUID_PATTERN } from "../../lib/uuid.ts";

/** Texts that the platform writes where a peer's may stand as well; numbers read as 0. */
const OWN_WORDS = new Set([
  "failed to read request body",
  "invalid JSON",
  "invalid caller ID",
  "workspace budget limit exceeded",
  "access denied: workspaces cannot communicate per hierarchy rules",
  "access denied: target workspace is in a different org",
  "access denied: org isolation check failed",
  "tool call failed",
  "platform datastore unavailable — retry shortly",
  "cannot verify workspace credentials",
  "workspace not found",
  "lookup failed",
  "failed to create proxy request",
  "failed to marshal request",
  "failed to reach workspace agent",
  "workspace URL is not publicly routable",
  "failed to read agent response",
  "workspace has no URL",
  "workspace is waking from hibernation — retry in ~0 seconds",
  "workspace agent unreachable — container restart triggered",
  "workspace container not running — restart triggered",
  "workspace agent busy — retry after a short backoff",
  "workspace re-registering — please retry in 0 seconds",
  "delivery-mode lookup failed; refusing to dispatch to avoid silent misrouting",
  "query failed",
  "query iteration failed",
  "internal error",
  "missing tenant routing header",
  "rate limit exceeded",
  "missing workspace auth token",
  "invalid workspace auth token",
  "Delegation failed",
  "Delegation queued — target at capacity",
]);
const REQUEST_SUMMARY = new RegExp(`^Delegating to ${UUID_PATTERN}$`, "i");

/**
 * Whether the text is, to the letter, one that the platform writes itself (src/platform/API.md,
 * "Errors of the proxy" and "List delegations"). Of any other, in a place where a peer's words may
 * appear, nobody can tell whose they are.
 */
export function isPlatformsOwn(text: string): boolean {
  return OWN_WORDS.has(text.replace(/\d+/g, "0")) || REQUEST_SUMMARY.test(text);
}
