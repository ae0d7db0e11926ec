import { assert, assertEquals } from "@std/assert";
import { lifeOf, StatusFile, statusFileOf, statusPath } from "../../src/cli/status_file.ts";
import { readRegularFile } from "../../src/lib/files/regular_file.ts";
import { NO_MOUNT, smallDisk } from "../e2e/disk.ts";
import { modeOf, TestDir } from "../support/test_dir.ts";
import { IS_ROOT, NO_MODES, NO_REMOVAL_WHILE_OPEN, testUnless } from "../support/test_unless.ts";

const OTHER = "0123456789abcdef0123456789abcdef";

/** The server whose status file is in the directory, once it is there. */
async function written(dir: TestDir): Promise<string> {
  while (true) {
    for (const name of await dir.names()) {
      const found = statusFileOf(name);
      if (found?.kind === "json" && found.server !== OTHER) return found.server;
    }
    await new Promise((done) => setTimeout(done, 5));
  }
}

async function contentOf(dir: TestDir, server: string): Promise<unknown> {
  const file = await readRegularFile(statusPath(dir.path, server, "json"));
  return file && JSON.parse(new TextDecoder().decode(file.bytes));
}

Deno.test("a status file is there as long as its server, which a lock tells", async () => {
  await using dir = await TestDir.make();
  const file = new StatusFile(dir.path, () => ({ a: 1 }));
  file.open();
  const server = await written(dir);
  assertEquals(await contentOf(dir, server), { a: 1 });
  assertEquals(await lifeOf(dir.path, server), "running");
  await file.close();
  assertEquals(await dir.names(), []);
  assertEquals(await lifeOf(dir.path, server), "gone");
  file.changed();
  file.open();
  await file.close();
  assertEquals(await dir.names(), []);
});

testUnless(NO_MODES, "only its user can read it", async () => {
  await using dir = await TestDir.make();
  const file = new StatusFile(dir.path, () => ({}));
  file.open();
  const server = await written(dir);
  assertEquals(await modeOf(statusPath(dir.path, server, "json")), 0o600);
  assertEquals(await modeOf(statusPath(dir.path, server, "lock")), 0o600);
  await file.close();
});

Deno.test("many changes are one write, and the last is never lost", async () => {
  await using dir = await TestDir.make();
  let value = 0;
  let writes = 0;
  const file = new StatusFile(dir.path, () => {
    writes++;
    return value;
  });
  file.open();
  const server = await written(dir);
  for (value = 1; value < 500; value++) {
    file.changed();
    if (value % 100 === 0) await new Promise((done) => setTimeout(done, 1));
  }
  while (await contentOf(dir, server) !== 500) await new Promise((done) => setTimeout(done, 20));
  assert(writes <= 3, `${writes} writes`);
  await file.close();
});

Deno.test("what killed servers left is removed; the others' files stay", async () => {
  await using dir = await TestDir.make();
  await dir.write(`.mcp_status_${OTHER}.json`, "{}");
  await dir.write(`.mcp_status_${OTHER}.lock`, "");
  await dir.write(`.mcp_status_${OTHER}.tmp`, "{");
  const kept = [".mcp_status_x.json", ".mcp_status_.lock", `.mcp_status_${OTHER}.json.bak`];
  for (const name of kept) await dir.write(name, "");
  // A lock that has just been made may be locked in a moment.
  const young = `.mcp_status_${"a".repeat(32)}.lock`;
  await dir.write(young, "");
  const first = new StatusFile(dir.path, () => 1);
  first.open();
  await written(dir);
  const second = new StatusFile(dir.path, () => 2);
  second.open();
  while ((await dir.names()).length < kept.length + 5) {
    await new Promise((done) => setTimeout(done, 5));
  }
  await second.close();
  await first.close();
  assertEquals(await dir.names(), [...kept, young].sort());
});

testUnless(IS_ROOT ?? NO_MODES, "a directory that cannot be written to harms nothing", async () => {
  await using dir = await TestDir.make();
  await Deno.chmod(dir.path, 0o500);
  const file = new StatusFile(dir.path, () => 1);
  file.open();
  file.changed();
  await file.close();
  await Deno.chmod(dir.path, 0o700);
  assertEquals(await dir.names(), []);
});

testUnless(NO_REMOVAL_WHILE_OPEN, "a directory that vanishes harms nothing", async () => {
  await using dir = await TestDir.make();
  await Deno.mkdir(dir.at("state"));
  const file = new StatusFile(dir.at("state"), () => 1);
  file.open();
  file.changed();
  // In one step: what is being written would make a removal fail.
  await Deno.rename(dir.at("state"), dir.at("gone"));
  file.changed();
  await file.close();
});

testUnless(NO_MODES, "links, pipes and directories with such names are left alone", async () => {
  await using dir = await TestDir.make();
  const target = await dir.write("target", "mine");
  await Deno.symlink(target, statusPath(dir.path, OTHER, "lock"));
  await Deno.mkdir(statusPath(dir.path, "b".repeat(32), "lock"));
  const pipe = statusPath(dir.path, "c".repeat(32), "lock");
  assert((await new Deno.Command("mkfifo", { args: [pipe] }).output()).success);
  const file = new StatusFile(dir.path, () => 1);
  file.open();
  await written(dir);
  await file.close();
  assertEquals(await Deno.readTextFile(target), "mine");
  assertEquals((await dir.names()).length, 4);
  for (const server of [OTHER, "b".repeat(32), "c".repeat(32)]) {
    assertEquals(await lifeOf(dir.path, server), "unknown");
  }
});

testUnless(
  NO_MOUNT,
  "on a full disk the last status stays whole, and is current once there is room",
  async () => {
    await using dir = await TestDir.make();
    await using disk = smallDisk(dir.path);
    let text = "before";
    const file = new StatusFile(dir.path, () => text, { leastIntervalMs: 0 });
    file.open();
    const server = await written(dir);
    await disk.fill();
    text = "x".repeat(20_000);
    file.changed();
    // Half a file is removed again.
    const names = [".json", ".lock"].map((end) => `.mcp_status_${server}${end}`);
    await new Promise((done) => setTimeout(done, 50));
    while ((await dir.names()).length > 3) await new Promise((done) => setTimeout(done, 5));
    assertEquals(await dir.names(), [...names, "filler"]);
    assertEquals(await contentOf(dir, server), "before");
    await disk.free();
    file.changed();
    while (await contentOf(dir, server) !== text) await new Promise((done) => setTimeout(done, 5));
    await file.close();
    assertEquals(await dir.names(), []);
  },
);

testUnless(NO_MOUNT, "on a read-only file system there is no status, and no harm", async () => {
  await using dir = await TestDir.make();
  await using _disk = smallDisk(dir.path, "ro");
  const file = new StatusFile(dir.path, () => 1);
  file.open();
  file.changed();
  await file.close();
  assertEquals(await dir.names(), []);
});

Deno.test("what changes while it is being written is written next", async () => {
  await using dir = await TestDir.make();
  let value = 0;
  const content = () => {
    if (value < 3) queueMicrotask(() => file.changed());
    return value++;
  };
  const file = new StatusFile(dir.path, content, { leastIntervalMs: 0 });
  file.open();
  const server = await written(dir);
  while (await contentOf(dir, server) !== 3) await new Promise((done) => setTimeout(done, 5));
  await file.close();
});
