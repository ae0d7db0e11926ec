import { assertEquals } from "@std/assert";
import { isPlatformsOwn } from "../../../src/platform/api/own_words.ts";

/** As src/platform/API.md has them, with numbers as they come. */
const OWN = [
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
  "workspace is waking from hibernation — retry in ~15 seconds",
  "workspace agent unreachable — container restart triggered",
  "workspace container not running — restart triggered",
  "workspace agent busy — retry after a short backoff",
  "workspace re-registering — please retry in 120 seconds",
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
  "Delegating to 3f6b1c58-9a0e-4d27-8b41-6c2d5e7fa101",
  "Delegating to 3F6B1C58-9A0E-4D27-8B41-6C2D5E7FA101",
];

for (const text of OWN) {
  Deno.test(`the platform itself writes: ${text}`, () => {
    assertEquals(isPlatformsOwn(text), true);
    for (const other of [`${text} `, ` ${text}`, `${text}\n`, `${text}!`, text.slice(1)]) {
      assertEquals(isPlatformsOwn(other), false, JSON.stringify(other));
    }
  });
}

Deno.test("what a peer may have written is not taken for the platform's", () => {
  const texts = ["", "Workspace not found", "Delegating to Ada", "workspace is waking — do this"];
  for (const text of texts) assertEquals(isPlatformsOwn(text), false, text);
});
