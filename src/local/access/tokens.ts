/**
 * Making and revoking tokens (src/platform/API.md, "Tokens").
 *
 * @module
 */
import type { PlatformContext } from "../context.ts";
import { randomSecret, sha256Hex } from "../state/ids.ts";
import type { TokenKind, TokenRow } from "../state/rows.ts";
import type { Micros } from "../state/timestamps.ts";

const PREFIX_LENGTH = 8;

/** A token as it is made: the text for the one who asked, the row for the store. */
export interface MintedToken {
  token: string;
  row: TokenRow;
}

/** Makes a token (or a row for a given one) without storing it. */
export async function makeToken(
  workspaceId: string,
  createdAt: Micros,
  token: string = randomSecret(),
  kind: TokenKind = "instance",
): Promise<MintedToken> {
  const row: TokenRow = {
    id: crypto.randomUUID(),
    workspaceId,
    kind,
    hash: await sha256Hex(token),
    prefix: token.slice(0, PREFIX_LENGTH),
    createdAt,
    lastUsedAt: null,
    revokedAt: null,
  };
  return { token, row };
}

/** Adds a token to a workspace and returns it; those of the Tokens tab are of the kind `api`. */
export async function createToken(
  platform: PlatformContext,
  workspaceId: string,
  token?: string,
  kind?: TokenKind,
): Promise<string> {
  const minted = await makeToken(workspaceId, platform.clock.stamp(), token, kind);
  platform.store.insertToken(minted.row);
  return minted.token;
}

/** Revokes every token of a workspace. */
export function revokeTokens({ store, clock }: PlatformContext, workspaceId: string): void {
  const revokedAt = clock.nowMicros();
  for (const { id } of store.liveTokens(workspaceId)) store.updateToken(id, { revokedAt });
}

/** Revokes one token; nothing happens when it is not live. */
export async function revokeToken(
  { store, clock }: PlatformContext,
  token: string,
): Promise<void> {
  const row = store.liveTokenByHash(await sha256Hex(token));
  if (row) store.updateToken(row.id, { revokedAt: clock.nowMicros() });
}
