/**
 * Writes rows into a store, and says the number of each once it is stored, until it is killed: the
 * child of a crash test.
 *
 * @module
 */
import { openSqliteStore } from "../../../src/local/state/sqlite_store.ts";

if (import.meta.main) {
  const [path = "", workspaceId = ""] = Deno.args;
  const store = await openSqliteStore(path);
  while (true) {
    const { seq } = store.insertActivity({
      id: crypto.randomUUID(),
      workspaceId,
      activityType: "a2a_receive",
      sourceId: null,
      targetId: null,
      method: null,
      summary: null,
      status: "ok",
      errorDetail: null,
      durationMs: null,
      createdAt: Date.now(),
    });
    Deno.stdout.writeSync(new TextEncoder().encode(`${seq}\n`));
  }
}
