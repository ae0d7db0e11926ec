import type { Workspace } from "../auth/credentials.ts";
import type { IssuedSecrets } from "../platform/registry.ts";
import type { Log } from "../safety/log.ts";

/**
 * Stores what register or a heartbeat handed out (runtime-behaviour C3). Never throws: a secret
 * that cannot be written is reported, and the workspace is online all the same.
 *
 * @param onSecret told each secret before it is stored, so that no line can show it
 */
export async function keepSecrets(
  { tokens, inboundSecret }: Workspace,
  secrets: IssuedSecrets,
  { log, onSecret }: { readonly log: Log; readonly onSecret: (secret: string) => void },
): Promise<void> {
  if (secrets.authToken !== undefined) {
    onSecret(secrets.authToken);
    try {
      await tokens.save(secrets.authToken);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.problem(`Cannot keep the new workspace token: ${reason}`);
    }
  }
  if (secrets.inboundSecret !== undefined) {
    onSecret(secrets.inboundSecret);
    await inboundSecret.save(secrets.inboundSecret);
  }
}
