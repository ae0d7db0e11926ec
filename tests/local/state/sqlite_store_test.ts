import { assertEquals, assertRejects } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { openSqliteStore } from "../../../src/local/state/sqlite_store.ts";
import { newWorkspace } from "../../../src/local/state/workspace_row.ts";
import { dependencyFlags } from "../../e2e/program.ts";
import { TestDir } from "../../support/test_dir.ts";

const id = crypto.randomUUID();

Deno.test("what was stored is there when the file is opened again", async () => {
  await using dir = await TestDir.make();
  const path = dir.at("platform.db");
  const store = await openSqliteStore(path);
  store.insertWorkspace(newWorkspace(id, "Ada"));
  store.close();
  const again = await openSqliteStore(path);
  assertEquals(again.workspaces(), [newWorkspace(id, "Ada")]);
  again.close();
});

Deno.test("a file of an older version gets the tables that came later", async () => {
  await using dir = await TestDir.make();
  const path = dir.at("platform.db");
  const store = await openSqliteStore(path);
  store.insertWorkspace(newWorkspace(id, "Ada"));
  store.close();
  const { DatabaseSync } = await import("node:sqlite");
  const older = new DatabaseSync(path);
  older.exec("DROP TABLE request; DROP TABLE request_message");
  older.close();
  const again = await openSqliteStore(path);
  assertEquals([again.requests({ limit: 1 }), again.requestMessages(id, 1)], [[], []]);
  assertEquals(again.workspaces().length, 1);
  again.close();
});

Deno.test("a file that is open cannot be opened a second time", async () => {
  await using dir = await TestDir.make();
  const path = dir.at("platform.db");
  const store = await openSqliteStore(path);
  await assertRejects(() => openSqliteStore(path), Error, "another process has it open");
  store.insertWorkspace(newWorkspace(id, "Ada"));
  store.close();
});

for (
  const [what, sql, said] of [
    ["a newer version", "PRAGMA user_version = 2", "a newer version of molecule-mcp wrote it"],
    ["another program", "PRAGMA application_id = 7", "it is the database of another program"],
  ] as const
) {
  Deno.test(`a database of ${what} is refused and left as it is`, async () => {
    await using dir = await TestDir.make();
    const path = dir.at("platform.db");
    (await openSqliteStore(path)).close();
    const { DatabaseSync } = await import("node:sqlite");
    const changed = new DatabaseSync(path);
    changed.exec(`${sql}; PRAGMA wal_checkpoint(TRUNCATE)`);
    changed.close();
    const before = await Deno.readFile(path);
    await assertRejects(() => openSqliteStore(path), Error, said);
    assertEquals(await Deno.readFile(path), before);
  });
}

Deno.test("a file that is no database is refused and left as it is", async () => {
  await using dir = await TestDir.make();
  await dir.write("notes.db", "not a database, but long enough to be read as one ".repeat(20));
  await assertRejects(() => openSqliteStore(dir.at("notes.db")), Error, "file is not a database");
  assertEquals((await Deno.readTextFile(dir.at("notes.db"))).length, 1_000);
});

Deno.test("a process killed at any moment loses nothing of what it had said is stored", async () => {
  await using dir = await TestDir.make();
  const path = dir.at("platform.db");
  let stored = 0;
  for (let life = 0; life < 5; life++) {
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-A", "--quiet", ...dependencyFlags()],
        fromFileUrl(new URL("sqlite_writer.ts", import.meta.url)),
        path,
        id,
      ],
      stdout: "piped",
    }).spawn();
    let said = "";
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      said += text;
      if (said.length >= 100 + 37 * life) break;
    }
    child.kill("SIGKILL");
    await child.status;
    const last = Number(said.trim().split("\n").slice(0, -1).at(-1));
    const store = await openSqliteStore(path);
    const rows = store.activity(id, { order: "oldest first", limit: 1e6 });
    assertEquals(rows.map(({ seq }) => seq), rows.map((_, index) => index + 1));
    if (rows.length < last) throw new Error(`${last} were stored, ${rows.length} are there`);
    stored = rows.length;
    store.close();
  }
  if (stored < 50) throw new Error(`only ${stored} were stored`);
});
