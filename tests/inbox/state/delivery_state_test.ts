import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { PrivateFileError } from "../../../src/lib/files/private_file.ts";
import { parseSnapshot } from "../../../src/inbox/state/delivery_snapshot.ts";
import { assertRedelivered, DeliveryHarness, isHandled, rowOf } from "./delivery_harness.ts";
import { idOf } from "../message_support.ts";

Deno.test("before anything has happened there is no cursor, and nothing is on disk", async () => {
  await using harness = await DeliveryHarness.create();
  const state = await harness.load();
  assertEquals(state.positions.sinceId("forward"), undefined);
  assertEquals(state.handledUntil, undefined);
  assertEquals(await harness.state(), undefined);
  assertEquals(harness.reports, []);
});

Deno.test("the cursor follows the oldest message that waits", async () => {
  await using harness = await DeliveryHarness.create();
  const state = await harness.loadWith(3);
  assertEquals(await harness.cursor(), undefined);
  await state.acknowledge(idOf(1));
  assertEquals(await harness.cursor(), idOf(1));
  await state.acknowledge(idOf(3));
  assertEquals(await harness.cursor(), idOf(1), "row 2 still waits");
  await state.acknowledge(idOf(2));
  assertEquals(await harness.cursor(), idOf(3));
});

Deno.test("the cursor file holds the id alone and belongs to its owner alone", async () => {
  await using harness = await DeliveryHarness.create();
  const state = await harness.loadWith(1);
  await state.acknowledge(idOf(1));
  assertEquals(await Deno.readTextFile(harness.files.cursor), idOf(1));
  if (Deno.build.os === "windows") return;
  for (const path of [harness.files.cursor, harness.files.state]) {
    assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
  }
});

Deno.test("fetching goes on behind the newest row seen, a restart behind the cursor", async () => {
  await using harness = await DeliveryHarness.create();
  const state = await harness.loadWith(4);
  await state.acknowledge(idOf(1));
  assertEquals(state.positions.sinceId("forward"), idOf(4));
  assertEquals((await harness.load()).positions.sinceId("forward"), idOf(1));
});

Deno.test("after a restart what was not popped comes again, and nothing that was", async () => {
  await using harness = await DeliveryHarness.create();
  const state = await harness.loadWith(6);
  for (const number of [2, 1, 5]) await state.acknowledge(idOf(number));
  await assertRedelivered(harness, 6, [3, 4, 6]);
});

Deno.test("filtered rows let the cursor pass", async () => {
  await using harness = await DeliveryHarness.create();
  const state = await harness.loadWith(3);
  state.skip(idOf(1));
  state.skip(idOf(2));
  await state.flush();
  assertEquals(await harness.cursor(), idOf(2));
  await state.acknowledge(idOf(3));
  assertEquals(await harness.cursor(), idOf(3));
});

Deno.test("a filtered row that was filtered or popped before is left alone", async () => {
  await using harness = await DeliveryHarness.create();
  const state = await harness.loadWith(2);
  await state.acknowledge(idOf(2));
  state.skip(idOf(2));
  state.skip(idOf(2));
  state.skip(idOf(9));
  await assertRedelivered(harness, 2, [1]);
});

Deno.test("thousands of filtered rows behind a waiting message cost neither disk nor memory", async () => {
  await using harness = await DeliveryHarness.create();
  const state = await harness.loadWith(1);
  for (let number = 2; number <= 20_000; number++) {
    state.see(rowOf(number));
    state.skip(idOf(number));
  }
  state.see(rowOf(20_001));
  await state.acknowledge(idOf(20_001));
  assert(state.hasRoom);
  assert(((await harness.state())?.length ?? 0) < 2_000);
  await state.acknowledge(idOf(1));
  assertEquals(await harness.cursor(), idOf(20_001));
});

Deno.test("rows above the cursor are limited, so that the file is", async () => {
  await using harness = await DeliveryHarness.create();
  const state = await harness.loadWith(4_999);
  assert(state.hasRoom);
  state.see(rowOf(5_000));
  assert(!state.hasRoom);
  await Promise.all(Array.from({ length: 4_999 }, (_, i) => state.acknowledge(idOf(i + 2))));
  assert(!state.hasRoom);
  await assertRedelivered(harness, 5_000, [1]);
  await state.acknowledge(idOf(1));
  assert(state.hasRoom);
});

Deno.test("more rows popped out of order than are remembered below the cursor all stay known", async () => {
  await using harness = await DeliveryHarness.create();
  const first = await harness.loadWith(2_000);
  await Promise.all(Array.from({ length: 1_998 }, (_, i) => first.acknowledge(idOf(i + 2))));
  // A restart meets them page by page, and pops in between.
  const second = await harness.load();
  for (let number = 1; number <= 500; number++) second.see(rowOf(number));
  await second.acknowledge(idOf(1));
  for (let number = 501; number <= 2_000; number++) {
    assertEquals(isHandled(second, number), number < 2_000);
  }
  await assertRedelivered(harness, 2_000, [2_000]);
});

Deno.test("what the cursor has passed is no longer listed above it, even after a restart", async () => {
  await using harness = await DeliveryHarness.create();
  const first = await harness.loadWith(4);
  for (const number of [2, 4]) await first.acknowledge(idOf(number));
  const second = await harness.load();
  for (const number of [1, 2, 3, 4]) second.see(rowOf(number));
  for (const number of [1, 3]) await second.acknowledge(idOf(number));
  assertEquals(parseSnapshot(await harness.state())?.above, []);
  await assertRedelivered(harness, 4, []);
});

Deno.test("a cursor that does not move is not written again", async () => {
  await using harness = await DeliveryHarness.create();
  const state = await harness.loadWith(3);
  await state.acknowledge(idOf(1));
  await harness.put(harness.files.cursor, "somebody else's");
  await state.acknowledge(idOf(3));
  assertEquals(await harness.cursor(), "somebody else's");
});

Deno.test("pop says whether the row was waiting", async () => {
  await using harness = await DeliveryHarness.create();
  const state = await harness.loadWith(2);
  state.skip(idOf(2));
  assertEquals(await state.acknowledge(idOf(1)), true);
  assertEquals(await state.acknowledge(idOf(1)), false);
  assertEquals(await state.acknowledge(idOf(2)), false);
  assertEquals(await state.acknowledge(idOf(9)), false);
});

Deno.test("of two pops of one row at the same time one removes it", async () => {
  await using harness = await DeliveryHarness.create();
  const state = await harness.loadWith(1);
  const answers = await Promise.all([state.acknowledge(idOf(1)), state.acknowledge(idOf(1))]);
  assertEquals(answers.filter(Boolean).length, 1);
});

Deno.test("a waiting row is neither handled nor unknown", async () => {
  await using harness = await DeliveryHarness.create();
  const state = await harness.loadWith(1);
  assertEquals([state.isWaiting(idOf(1)), isHandled(state, 1)], [true, false]);
  assertEquals([state.isWaiting(idOf(2)), isHandled(state, 2)], [false, false]);
  await state.acknowledge(idOf(1));
  assertEquals([state.isWaiting(idOf(1)), isHandled(state, 1)], [false, true]);
});

Deno.test("pops at the same time are on disk with one write", async () => {
  await using harness = await DeliveryHarness.create();
  const state = await harness.loadWith(100);
  const versions = new Set<string>();
  await Promise.all(Array.from({ length: 100 }, async (_, i) => {
    await state.acknowledge(idOf(i + 1));
    const { ino, mtime } = Deno.statSync(harness.files.state);
    versions.add(`${ino} ${mtime?.getTime()}`);
  }));
  assertEquals(versions.size, 1);
  await assertRedelivered(harness, 100, []);
});

Deno.test("a pop that cannot be written fails, and its row still waits", async () => {
  await using harness = await DeliveryHarness.create();
  const state = await harness.loadWith(2);
  await harness.whileUnwritable(harness.files.state, async () => {
    await assertRejects(() => state.acknowledge(idOf(1)), PrivateFileError);
  });
  assert(state.isWaiting(idOf(1)));
  await assertRedelivered(harness, 2, [1, 2]);
  assertEquals(await state.acknowledge(idOf(1)), true);
  await assertRedelivered(harness, 2, [2]);
});

Deno.test("a write that succeeds does not take along the pops of one that failed", async () => {
  await using harness = await DeliveryHarness.create();
  const state = await harness.loadWith(2);
  await Deno.remove(harness.files.state);
  await Deno.mkdir(harness.files.state);
  const first = state.acknowledge(idOf(1)).finally(() => Deno.removeSync(harness.files.state));
  const failing = assertRejects(() => first, PrivateFileError);
  for (let turn = 0; turn < 10; turn++) await null; // The first is being written from here on.
  const second = state.acknowledge(idOf(2));
  await failing;
  // It follows at once, and may be quicker than the removal of the obstacle.
  await second.catch(() => state.acknowledge(idOf(2)));
  await assertRedelivered(harness, 2, [1]);
});

Deno.test("a cursor file that cannot be written is reported and loses nothing", async () => {
  await using harness = await DeliveryHarness.create();
  const state = await harness.loadWith(3);
  await harness.whileUnwritable(harness.files.cursor, async () => {
    assertEquals(await state.acknowledge(idOf(1)), true);
  });
  assertEquals(harness.reports.length, 1);
  assertStringIncludes(harness.reports[0] ?? "", harness.files.cursor);
  await assertRedelivered(harness, 3, [2, 3]);
  await state.acknowledge(idOf(2));
  assertEquals(await harness.cursor(), idOf(2));
});

Deno.test("nothing is written while nothing changes", async () => {
  await using harness = await DeliveryHarness.create();
  const state = await harness.loadWith(2);
  await state.acknowledge(idOf(1));
  const before = await Deno.stat(harness.files.state);
  await state.flush();
  for (const number of [1, 2]) state.see(rowOf(number));
  await state.flush();
  await state.begin(new Date());
  assertEquals((await Deno.stat(harness.files.state)).ino, before.ino);
});
