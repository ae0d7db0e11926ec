/**
 * Replays of the memories' and the tokens' examples.
 *
 * @module
 */
import { sha256Hex } from "../../../src/local/state/ids.ts";
import type { MemoryRow } from "../../../src/local/state/rows.ts";
import { parseTimestamp } from "../../../src/local/state/timestamps.ts";
import { fixtureToken, ids } from "./fixtures.ts";
import { FROM_N2, ONLY_N1, type Replay, UNTIL_N2, type World } from "./world.ts";

export const OWN = "30000000-aaaa-4bbb-8ccc-000000000013";
export const OTHERS = "30000000-aaaa-4bbb-8ccc-000000000014";
const TOKEN_ROW = "40000000-aaaa-4bbb-8ccc-000000000015";
const MAX_TOKENS = 50;

function micros(text: string): number {
  const parsed = parseTimestamp(text);
  if (parsed === null) throw new Error(`Cannot read the time ${text}`);
  return parsed;
}

/** Stores a memory of `ids.self`, unless the change says otherwise. */
export function remember(world: World, row: Partial<MemoryRow>): void {
  world.store.insertMemory({
    id: OWN,
    workspaceId: ids.self,
    content: "High tide on Monday is at 06:12",
    scope: "LOCAL",
    namespace: "general",
    createdAt: micros("2026-05-05T07:00:00.25Z"),
    ...row,
  });
}

/** The replays by the example's id. */
export const memoryReplays: Record<string, Replay> = {
  "memory-create-local": { generated: ["id"] },
  "memory-create-team": { versions: ONLY_N1, generated: ["id"] },
  "memory-create-400-scope": {},
  "memory-create-400-body": {},
  "memory-create-400-namespace": {},
  "memory-create-403-global": {},
  "memory-create-500": { storeFails: ["insertMemory"] },
  "memory-list": {
    versions: ONLY_N1,
    arrange: (world) => {
      remember(world, {});
      remember(world, { id: OTHERS, content: "Invoices are due in June" });
      remember(world, { id: crypto.randomUUID(), workspaceId: ids.child });
    },
  },
  "memory-list-redacted": {
    versions: ONLY_N1,
    generated: ["[].id", "[].created_at"],
    arrange: async ({ self }) => {
      const content = "deploy with HARBOUR_API_KEY=k-123 on host b";
      await self.post(`/workspaces/${ids.self}/memories`, { content, scope: "LOCAL" });
    },
  },
  "memory-list-global-wrapped": {
    versions: ONLY_N1,
    arrange: (world) => {
      remember(world, {
        id: OTHERS,
        workspaceId: ids.parent,
        content: "Office closes at five",
        scope: "GLOBAL",
        createdAt: micros("2026-05-01T12:00:00Z"),
      });
      remember(world, {});
    },
  },
  "memory-list-empty": { versions: ONLY_N1, arrange: (world) => remember(world, {}) },
  "memory-list-500": { versions: ONLY_N1, storeFails: ["memories"] },
  "memory-create-503": { versions: FROM_N2, options: { memoryPlugin: false } },
  "memory-list-n2": {
    versions: FROM_N2,
    arrange: (world) => remember(world, { createdAt: micros("2026-06-05T07:00:00Z") }),
  },
  "memory-list-502": { versions: FROM_N2, storeFails: ["memories"] },
  "memory-delete": { versions: ONLY_N1, arrange: (world) => remember(world, {}) },
  "memory-delete-404": {
    versions: ONLY_N1,
    arrange: (world) => remember(world, { id: OTHERS, workspaceId: ids.parent }),
  },
};

/** The replays by the example's id. */
export const tokenReplays: Record<string, Replay> = {
  "tokens-list": {
    arrange: async ({ platform, store }) => {
      platform.revokeTokens(ids.self);
      const add = async (id: string, token: string, createdAt: string) =>
        store.insertToken({
          id,
          workspaceId: ids.self,
          kind: "instance",
          hash: await sha256Hex(token),
          prefix: token.slice(0, 8),
          createdAt: micros(createdAt),
          lastUsedAt: null,
          revokedAt: null,
        });
      await add(TOKEN_ROW, fixtureToken, "2026-05-01T08:00:00Z");
      const unused = "nW8cPz2LxT6vKq1JrY4hDm0sBf7gUa3eRi9oXnVtQkE";
      await add("40000000-aaaa-4bbb-8ccc-000000000016", unused, "2026-05-06T09:00:00Z");
    },
  },
  "tokens-create": { generated: ["auth_token"] },
  "tokens-create-429": {
    arrange: async ({ platform }) => {
      for (let i = 1; i < MAX_TOKENS; i++) await platform.createToken(ids.self);
    },
  },
  "tokens-revoke": {
    arrange: async ({ store }) =>
      store.insertToken({
        id: TOKEN_ROW,
        workspaceId: ids.self,
        kind: "instance",
        hash: await sha256Hex("another token"),
        prefix: "another ",
        createdAt: 0,
        lastUsedAt: null,
        revokedAt: null,
      }),
  },
  "tokens-revoke-404": {},
  "external-rotate": { versions: UNTIL_N2, generated: ["connection.auth_token"] },
  "external-connection": { versions: UNTIL_N2 },
};
