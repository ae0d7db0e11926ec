/**
 * The tokens of the workspaces, in the hands of the user.
 *
 * @module
 */
import { BoundedMap } from "../../lib/bounded_map.ts";
import { errorText } from "../../lib/error_text.ts";
import { Mutex } from "../../lib/mutex.ts";
import { makeToken } from "../access/tokens.ts";
import type { PlatformContext } from "../context.ts";
import type { TokenRow } from "../state/rows.ts";
import { formatOptional, formatTimestamp } from "../state/timestamps.ts";
import type { PageOptions } from "./page_options.ts";
import type { CreatedToken, TokenView } from "./protocol.ts";
import { Refused } from "./refused.ts";

/** As the platform has it. */
const MAX_LIVE_TOKENS = 50;
const MAX_KNOWN_OWNERS = 10_000;

/** Lists, makes, revokes and rotates tokens, and tells when those of a workspace have changed. */
export class TokenDesk {
  readonly #platform: PlatformContext;
  readonly #options: Pick<PageOptions, "yourWorkspaceId" | "saveToken">;
  readonly #onChange: (workspaceId: string) => void;
  /** By token: whose it is. A page only knows those that were listed or made here. */
  readonly #owners = new BoundedMap<string, string>(MAX_KNOWN_OWNERS);
  /** Two rotations at once would revoke what the other has saved. */
  readonly #rotating = new Mutex();

  /** @param platform With the store itself */
  constructor(
    platform: PlatformContext,
    options: Pick<PageOptions, "yourWorkspaceId" | "saveToken">,
    onChange: (workspaceId: string) => void,
  ) {
    this.#platform = platform;
    this.#options = options;
    this.#onChange = onChange;
  }

  /** The live tokens of a workspace, oldest first. */
  list(workspaceId: string): TokenView[] {
    const rows = this.#platform.store.liveTokens(workspaceId);
    for (const { id } of rows) this.#owners.set(id, workspaceId);
    return rows.map(tokenView);
  }

  /** Makes one, as the Tokens tab does. @throws {Refused} when there are enough */
  async create(workspaceId: string): Promise<CreatedToken> {
    const { store, clock } = this.#platform;
    const { token, row } = await makeToken(workspaceId, clock.stamp(), undefined, "api");
    if (store.liveTokens(workspaceId).length >= MAX_LIVE_TOKENS) {
      throw new Refused(
        429,
        `A workspace has at most ${MAX_LIVE_TOKENS} tokens. Revoke one first.`,
      );
    }
    store.insertToken(row);
    return { ...tokenView(row), token };
  }

  /** Revokes one. @throws {Refused} when the workspace has no such token */
  revoke(workspaceId: string, tokenId: string): void {
    const { store, clock } = this.#platform;
    const row = store.liveTokens(workspaceId).find(({ id }) => id === tokenId.toLowerCase());
    if (!row) throw new Refused(404, "There is no such token any more.");
    this.#owners.set(row.id, workspaceId);
    store.updateToken(row.id, { revokedAt: clock.nowMicros() });
  }

  /**
   * Gives the user's own workspace a new token in place of all it has: first it is saved where the
   * agent looks for it, so that at no moment there is only a token that nobody has.
   *
   * @throws {Refused} when it cannot be rotated here, or saved
   */
  async rotate(workspaceId: string): Promise<void> {
    const { yourWorkspaceId, saveToken } = this.#options;
    if (workspaceId !== yourWorkspaceId.toLowerCase() || saveToken === undefined) {
      throw new Refused(409, "Only the token of your own workspace can be rotated here.");
    }
    await this.#rotating.run(async () => {
      const { store, clock } = this.#platform;
      const { token, row } = await makeToken(workspaceId, clock.stamp());
      const old = this.list(workspaceId);
      store.insertToken(row);
      try {
        await saveToken(token);
      } catch (error) {
        store.updateToken(row.id, { revokedAt: clock.nowMicros() });
        throw new Refused(500, `The new token cannot be saved: ${errorText(error)}`);
      }
      for (const { id } of old) store.updateToken(id, { revokedAt: clock.nowMicros() });
    });
  }

  /** A token was stored. */
  inserted({ id, workspaceId }: TokenRow): void {
    this.#owners.set(id, workspaceId);
    this.#onChange(workspaceId);
  }

  /** A token was changed. */
  updated(id: string, change: Partial<Pick<TokenRow, "revokedAt">>): void {
    const owner = this.#owners.get(id);
    if (owner !== undefined && change.revokedAt != null) this.#onChange(owner);
  }
}

function tokenView({ id, prefix, kind, createdAt, lastUsedAt }: TokenRow): TokenView {
  return {
    id,
    prefix,
    kind,
    createdAt: formatTimestamp(createdAt),
    lastUsedAt: formatOptional(lastUsedAt),
  };
}
