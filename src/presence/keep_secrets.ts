import type { Workspace } from "../auth/credentials.ts";

/**
 * The platform's tokens have 43 characters (src/platform/API.md, "Tokens"). A word in place of one
 * would be hidden wherever it stands, as a secret is.
 */
const SHORTEST_SECRET = 16;

/** Whether the platform can have meant this as a secret. */
export function isLongEnough(secret: string): boolean {
  return secret.length >= SHORTEST_SECRET;
}

/**
 * Stores the inbound secret that register or a heartbeat handed out (tests/README.md, "Inbound
 * secret from the platform"). Never throws: one that cannot be written is reported, and the
 * workspace is online anyway.
 *
 * @param onSecret told the secret before it is stored, so that no line can show it
 */
export async function keepInboundSecret(
  { inboundSecret }: Workspace,
  secret: string | undefined,
  onSecret: (secret: string) => void,
): Promise<void> {
  if (secret === undefined || !isLongEnough(secret)) return;
  onSecret(secret);
  await inboundSecret.save(secret);
}
