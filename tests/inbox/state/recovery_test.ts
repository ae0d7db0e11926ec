import { assertEquals, assertStringIncludes } from "@std/assert";
import { assertRedelivered, DeliveryHarness, rowOf } from "./delivery_harness.ts";
import { idOf, PEER, SELF } from "../message_support.ts";

const OTHER = "3f6b1c58-0000-4000-8000-000000000000"; // Shares 8 characters with SELF.

/** Three rows, the first two popped. */
async function harnessWithState(workspaceIds?: readonly string[]): Promise<DeliveryHarness> {
  const harness = await DeliveryHarness.create(workspaceIds);
  const state = await harness.loadWith(3);
  for (const number of [1, 2]) await state.acknowledge(idOf(number));
  return harness;
}

Deno.test("a cursor file of the reference is taken over", async () => {
  await using harness = await DeliveryHarness.create();
  await harness.put(harness.files.cursor, idOf(2));
  const state = await harness.load();
  assertEquals(state.positions.sinceId("forward"), idOf(2));
  assertEquals(harness.reports, []);
  for (const number of [3, 4]) state.see(rowOf(number));
  await state.acknowledge(idOf(3));
  assertEquals(await harness.cursor(), idOf(3));
});

Deno.test("among several workspaces, the reference's file is taken over by the one it can mean", async () => {
  await using harness = await DeliveryHarness.create([SELF, PEER]);
  await harness.put(`${harness.dir}/.mcp_inbox_cursor_${SELF.slice(0, 8)}`, idOf(2));
  assertEquals((await harness.load()).positions.sinceId("forward"), idOf(2));
});

Deno.test("among several workspaces that share its name, nobody takes the reference's file", async () => {
  await using harness = await DeliveryHarness.create([SELF, OTHER]);
  await harness.put(`${harness.dir}/.mcp_inbox_cursor_${SELF.slice(0, 8)}`, idOf(2));
  assertEquals((await harness.load()).positions.sinceId("forward"), undefined);
});

Deno.test("the reference's file is taken over once: from then on our own counts", async () => {
  await using harness = await DeliveryHarness.create([SELF, PEER]);
  await harness.put(`${harness.dir}/.mcp_inbox_cursor_${SELF.slice(0, 8)}`, idOf(1));
  const state = await harness.load();
  for (const number of [2, 3]) state.see(rowOf(number));
  await state.acknowledge(idOf(2));
  assertEquals((await harness.load()).positions.sinceId("forward"), idOf(2));
  await state.reset();
  assertEquals((await harness.load()).positions.sinceId("forward"), undefined);
});

Deno.test("a cursor that is one step old is our own: the process ended between its two writes", async () => {
  await using harness = await harnessWithState();
  await harness.put(harness.files.cursor, idOf(1));
  assertEquals((await harness.load()).positions.sinceId("forward"), idOf(2));
});

Deno.test("a cursor that somebody else moved on wins over our own", async () => {
  await using harness = await harnessWithState();
  await harness.put(harness.files.cursor, idOf(5));
  const state = await harness.load();
  assertEquals(state.positions.sinceId("forward"), idOf(5));
  state.see(rowOf(6));
  state.see(rowOf(7));
  await state.acknowledge(idOf(7));
  assertEquals(await harness.cursor(), idOf(5), "row 6 still waits");
  await assertRedelivered(harness, 7, [6]);
});

Deno.test("a cursor of somebody else that the platform does not know costs nothing", async () => {
  await using harness = await harnessWithState();
  await harness.put(harness.files.cursor, PEER); // As of another workspace in the same directory.
  const state = await harness.load();
  assertEquals(state.positions.sinceId("forward"), PEER);
  await state.reset();
  assertEquals(state.handledUntil, rowOf(2).createdAt);
  await assertRedelivered(harness, 3, [3]);
});

Deno.test("a cursor that somebody else set back does not bring popped messages again", async () => {
  await using harness = await harnessWithState();
  await harness.put(harness.files.cursor, PEER);
  const state = await harness.load();
  const { createdAt } = rowOf(0);
  assertEquals([0, 1, 2, 3].filter((n) => !state.isHandled(idOf(n), rowOf(n).createdAt)), [3]);
  assertEquals(state.isHandled(idOf(99), createdAt), true, "older than all that was handled");
});

Deno.test("a cursor that somebody else removed means a fetch by time", async () => {
  await using harness = await harnessWithState();
  await harness.put(harness.files.cursor, undefined);
  const state = await harness.load();
  assertEquals(state.positions.sinceId("forward"), undefined);
  assertEquals(state.handledUntil, rowOf(2).createdAt);
  await assertRedelivered(harness, 3, [3]);
});

Deno.test("a cursor moved on before the first row was handled does not inherit our clock", async () => {
  await using harness = await DeliveryHarness.create();
  await harness.loadWith(0);
  await harness.put(harness.files.cursor, idOf(5));
  const state = await harness.load();
  assertEquals(state.positions.sinceId("forward"), idOf(5));
  assertEquals(state.handledUntil, undefined);
});

Deno.test("a cursor file that holds no id is reported, and our own knowledge counts", async () => {
  for (const content of ["00000000-0000-4000", "abc", "two words", "{}", "\u0000"]) {
    await using harness = await harnessWithState();
    await harness.put(harness.files.cursor, content);
    assertEquals((await harness.load()).positions.sinceId("forward"), idOf(2));
    assertEquals(harness.reports.length, 1);
    assertStringIncludes(harness.reports[0] ?? "", `Ignoring ${harness.files.cursor}`);
    await harness.put(harness.files.state, undefined);
    assertEquals((await harness.load()).positions.sinceId("forward"), undefined);
  }
});

Deno.test("an empty cursor file counts as none", async () => {
  await using harness = await DeliveryHarness.create();
  await harness.put(harness.files.cursor, " \n");
  assertEquals((await harness.load()).positions.sinceId("forward"), undefined);
  assertEquals(harness.reports, []);
});

Deno.test("a damaged state file is reported, and the cursor file still counts", async () => {
  for (const content of ["{", "[]", "null", '{"version":2}', "\u0000\u0001", '"text"']) {
    await using harness = await harnessWithState();
    await harness.put(harness.files.state, content);
    const state = await harness.load();
    assertEquals(state.positions.sinceId("forward"), idOf(2));
    assertEquals(harness.reports.length, 1);
    assertStringIncludes(
      harness.reports[0] ?? "",
      `Ignoring ${harness.files.state}: it is damaged`,
    );
    state.see(rowOf(3));
    await state.acknowledge(idOf(3));
    await assertRedelivered(harness, 3, []);
  }
});

Deno.test("files that cannot be read are reported and left out", async () => {
  await using harness = await DeliveryHarness.create();
  await Deno.mkdir(harness.files.state);
  await Deno.mkdir(harness.files.cursor);
  assertEquals((await harness.load()).positions.sinceId("forward"), undefined);
  assertEquals(harness.reports.length, 2);
  assertStringIncludes(harness.reports[0] ?? "", harness.files.state);
  assertStringIncludes(harness.reports[1] ?? "", harness.files.cursor);
});

Deno.test("two workspaces that share a directory keep apart what they handled", async () => {
  await using mine = await harnessWithState();
  const theirs = await mine.neighbour(OTHER).load();
  theirs.see({ id: PEER, createdAt: rowOf(50).createdAt });
  await theirs.acknowledge(PEER);
  assertEquals(await mine.cursor(), PEER, "one workspace each: they share the cursor file");
  const state = await mine.load();
  await state.reset();
  await assertRedelivered(mine, 3, [3]);
});
