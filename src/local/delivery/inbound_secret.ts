/**
 * The inbound secret, which the platform presents when it calls an agent (src/platform/API.md,
 * "Inbound secret").
 *
 * @module
 */
import type { PlatformContext } from "../context.ts";
import { fail } from "../server/http.ts";
import { randomSecret } from "../state/ids.ts";

const RETRY_SECONDS = 30;

/**
 * Gives a secret to a workspace that has none. Nothing can be delivered before its agent knows
 * the secret, so the call is answered 503 until then.
 */
export function mintInboundSecret({ store }: PlatformContext, workspaceId: string): Response {
  store.updateWorkspace(workspaceId, { inboundSecret: randomSecret() });
  return fail(503, `workspace re-registering — please retry in ${RETRY_SECONDS} seconds`, {
    detail: "The agent learns the new inbound secret with its next heartbeat.",
    retry_after_seconds: RETRY_SECONDS,
  });
}
