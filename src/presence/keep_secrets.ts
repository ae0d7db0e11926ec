import type { Workspace } from "../auth/credentials.ts";
import type { IssuedSecrets } from "../platform/registry.ts";
import type { Log } from "../safety/log.ts";

/**
 * The platform's tokens have 43 characters (platform-api 1.2). A word in place of one would be
 * hidden wherever it stands, as a secret is.
 */
const SHORTEST_SECRET = 16;

/**
 * Stores what register or a heartbeat handed out (runtime-behaviour C3). Never throws: a secret
 * that cannot be written is reported, and the workspace is online all the same.
 *
 * @param onSecret told each secret before it is stored, so that no line can show it
 */
export async function keepSecrets(
  { id, tokens, inboundSecret }: Workspace,
  secrets: IssuedSecrets,
  { log, onSecret }: {
    readonly log: Log;
    readonly onSecret: (secret: string) => void;
  },
): Promise<void> {
  if (secrets.authToken !== undefined) {
    try {
      if (secrets.authToken.length < SHORTEST_SECRET) {
        throw new Error("the platform issued something too short to be one");
      }
      onSecret(secrets.authToken);
      await tokens.save(secrets.authToken);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.problem(`Cannot keep the new workspace token: ${reason}`, {
        subject: `keeping the token of ${id}`,
      });
    }
  }
  if (secrets.inboundSecret !== undefined && secrets.inboundSecret.length >= SHORTEST_SECRET) {
    onSecret(secrets.inboundSecret);
    await inboundSecret.save(secrets.inboundSecret);
  }
}
