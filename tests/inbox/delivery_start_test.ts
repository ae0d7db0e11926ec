import { assertEquals, assertStringIncludes } from "@std/assert";
import { assertRedelivered, rowOf, Stage } from "./delivery_support.ts";
import { idOf, PEER, SELF } from "./message_support.ts";

const OTHER = "3f6b1c58-0000-4000-8000-000000000000"; // Shares 8 characters with SELF.

/** Three rows, the first two popped. */
async function stageWithState(workspaceIds?: readonly string[]): Promise<Stage> {
  const stage = await Stage.set(workspaceIds);
  const state = await stage.loadWith(3);
  for (const number of [1, 2]) await state.acknowledge(idOf(number));
  return stage;
}

Deno.test("a cursor file of the reference is taken over", async () => {
  await using stage = await Stage.set();
  await stage.put(stage.files.cursor, idOf(2));
  const state = await stage.load();
  assertEquals(state.position, idOf(2));
  assertEquals(stage.reports, []);
  for (const number of [3, 4]) state.see(rowOf(number));
  await state.acknowledge(idOf(3));
  assertEquals(await stage.cursor(), idOf(3));
});

Deno.test("among several workspaces, the reference's file is taken over by the one it can mean", async () => {
  await using stage = await Stage.set([SELF, PEER]);
  await stage.put(`${stage.dir}/.mcp_inbox_cursor_${SELF.slice(0, 8)}`, idOf(2));
  assertEquals((await stage.load()).position, idOf(2));
});

Deno.test("among several workspaces that share its name, nobody takes the reference's file", async () => {
  await using stage = await Stage.set([SELF, OTHER]);
  await stage.put(`${stage.dir}/.mcp_inbox_cursor_${SELF.slice(0, 8)}`, idOf(2));
  assertEquals((await stage.load()).position, undefined);
});

Deno.test("the reference's file is taken over once: from then on our own counts", async () => {
  await using stage = await Stage.set([SELF, PEER]);
  await stage.put(`${stage.dir}/.mcp_inbox_cursor_${SELF.slice(0, 8)}`, idOf(1));
  const state = await stage.load();
  for (const number of [2, 3]) state.see(rowOf(number));
  await state.acknowledge(idOf(2));
  assertEquals((await stage.load()).position, idOf(2));
  await state.reset();
  assertEquals((await stage.load()).position, undefined);
});

Deno.test("a cursor that is one step old is our own: the process ended between its two writes", async () => {
  await using stage = await stageWithState();
  await stage.put(stage.files.cursor, idOf(1));
  assertEquals((await stage.load()).position, idOf(2));
});

Deno.test("a cursor that somebody else moved on wins over our own", async () => {
  await using stage = await stageWithState();
  await stage.put(stage.files.cursor, idOf(5));
  const state = await stage.load();
  assertEquals(state.position, idOf(5));
  state.see(rowOf(6));
  state.see(rowOf(7));
  await state.acknowledge(idOf(7));
  assertEquals(await stage.cursor(), idOf(5), "row 6 still waits");
  await assertRedelivered(stage, 7, [6]);
});

Deno.test("a cursor of somebody else that the platform does not know costs nothing", async () => {
  await using stage = await stageWithState();
  await stage.put(stage.files.cursor, PEER); // As of another workspace in the same directory.
  const state = await stage.load();
  assertEquals(state.position, PEER);
  await state.reset();
  assertEquals(state.handledUntil, rowOf(2).createdAt);
  await assertRedelivered(stage, 3, [3]);
});

Deno.test("a cursor that somebody else set back does not bring popped messages again", async () => {
  await using stage = await stageWithState();
  await stage.put(stage.files.cursor, PEER);
  const state = await stage.load();
  const { createdAt } = rowOf(0);
  assertEquals([0, 1, 2, 3].filter((n) => !state.isHandled(idOf(n), rowOf(n).createdAt)), [3]);
  assertEquals(state.isHandled(idOf(99), createdAt), true, "older than all that was handled");
});

Deno.test("a cursor that somebody else removed means a fetch by time", async () => {
  await using stage = await stageWithState();
  await stage.put(stage.files.cursor, undefined);
  const state = await stage.load();
  assertEquals(state.position, undefined);
  assertEquals(state.handledUntil, rowOf(2).createdAt);
  await assertRedelivered(stage, 3, [3]);
});

Deno.test("a cursor moved on before the first row was handled does not inherit our clock", async () => {
  await using stage = await Stage.set();
  await stage.loadWith(0);
  await stage.put(stage.files.cursor, idOf(5));
  const state = await stage.load();
  assertEquals(state.position, idOf(5));
  assertEquals(state.handledUntil, undefined);
});

Deno.test("a cursor file that holds no id is reported, and our own knowledge counts", async () => {
  for (const content of ["00000000-0000-4000", "abc", "two words", "{}", "\u0000"]) {
    await using stage = await stageWithState();
    await stage.put(stage.files.cursor, content);
    assertEquals((await stage.load()).position, idOf(2));
    assertEquals(stage.reports.length, 1);
    assertStringIncludes(stage.reports[0] ?? "", `Ignoring ${stage.files.cursor}`);
    await stage.put(stage.files.state, undefined);
    assertEquals((await stage.load()).position, undefined);
  }
});

Deno.test("an empty cursor file counts as none", async () => {
  await using stage = await Stage.set();
  await stage.put(stage.files.cursor, " \n");
  assertEquals((await stage.load()).position, undefined);
  assertEquals(stage.reports, []);
});

Deno.test("a damaged state file is reported, and the cursor file still counts", async () => {
  for (const content of ["{", "[]", "null", '{"version":2}', "\u0000\u0001", '"text"']) {
    await using stage = await stageWithState();
    await stage.put(stage.files.state, content);
    const state = await stage.load();
    assertEquals(state.position, idOf(2));
    assertEquals(stage.reports.length, 1);
    assertStringIncludes(stage.reports[0] ?? "", `Ignoring ${stage.files.state}: it is damaged`);
    state.see(rowOf(3));
    await state.acknowledge(idOf(3));
    await assertRedelivered(stage, 3, []);
  }
});

Deno.test("files that cannot be read are reported and left out", async () => {
  await using stage = await Stage.set();
  await Deno.mkdir(stage.files.state);
  await Deno.mkdir(stage.files.cursor);
  assertEquals((await stage.load()).position, undefined);
  assertEquals(stage.reports.length, 2);
  assertStringIncludes(stage.reports[0] ?? "", stage.files.state);
  assertStringIncludes(stage.reports[1] ?? "", stage.files.cursor);
});

Deno.test("two workspaces that share a directory keep apart what they handled", async () => {
  await using mine = await stageWithState();
  const other = await Stage.set();
  await Deno.remove(other.dir);
  await Deno.symlink(mine.dir, other.dir);
  const otherFiles = { ...other.files, state: mine.files.state.replace(SELF, OTHER) };
  Object.assign(other, { files: otherFiles });
  const theirs = await other.load();
  theirs.see({ id: PEER, createdAt: rowOf(50).createdAt });
  await theirs.acknowledge(PEER);
  assertEquals(await mine.cursor(), PEER, "one workspace each: they share the cursor file");
  const state = await mine.load();
  await state.reset();
  await assertRedelivered(mine, 3, [3]);
  await other[Symbol.asyncDispose]();
});
