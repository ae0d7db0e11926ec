/**
 * Tests that every kind of store has to pass.
 *
 * @module
 */
import { MemoryStore } from "../../../src/local/state/memory_store.ts";
import { openSqliteStore } from "../../../src/local/state/sqlite_store.ts";
import type { PlatformStore } from "../../../src/local/state/store.ts";

/** A store for one test. */
export interface TestStore extends PlatformStore {
  close?: () => void;
}

const KINDS: Readonly<Record<string, () => TestStore | Promise<TestStore>>> = {
  "memory store": () => new MemoryStore(),
  "SQLite store": () => openSqliteStore(":memory:"),
};

/** A test of each kind of store. */
export function testStores(name: string, run: (store: TestStore) => void): void {
  for (const [kind, make] of Object.entries(KINDS)) {
    Deno.test(`${kind}: ${name}`, async () => {
      const store = await make();
      try {
        run(store);
      } finally {
        store.close?.();
      }
    });
  }
}
