import { assertEquals } from "@std/assert";
import { assertRedelivered, DeliveryHarness, isHandled, rowOf } from "./delivery_harness.ts";
import { idOf } from "../message_support.ts";

Deno.test("after a reset fetching goes by time, and what was handled stays known", async () => {
  await using harness = await DeliveryHarness.create();
  const state = await harness.loadWith(5);
  for (const number of [1, 2, 4]) await state.acknowledge(idOf(number));
  await state.reset();
  assertEquals(state.positions.sinceId("forward"), undefined);
  assertEquals(state.handledUntil, rowOf(2).createdAt);
  assertEquals(await harness.cursor(), undefined);
  assertEquals([1, 2, 3, 4, 5].filter((number) => !isHandled(state, number)), [3, 5]);
  assertEquals([3, 5].filter((number) => state.isWaiting(idOf(number))), [3, 5]);
});

Deno.test("a restart after a reset fetches by time, with the same knowledge", async () => {
  await using harness = await DeliveryHarness.create();
  const state = await harness.loadWith(5);
  for (const number of [1, 2, 4]) await state.acknowledge(idOf(number));
  await state.reset();
  const next = await harness.load();
  assertEquals(next.positions.sinceId("forward"), undefined);
  assertEquals(next.handledUntil, rowOf(2).createdAt);
  await assertRedelivered(harness, 5, [3, 5]);
});

Deno.test("a reset of thousands of handled rows shows none of them again", async () => {
  await using harness = await DeliveryHarness.create();
  const state = await harness.loadWith(3_000);
  await Promise.all(Array.from({ length: 3_000 }, (_, i) => state.acknowledge(idOf(i + 1))));
  await state.reset();
  await assertRedelivered(harness, 3_000, []);
});

Deno.test("rows of the same microsecond as the cursor are told apart by id", async () => {
  await using harness = await DeliveryHarness.create();
  const state = await harness.load();
  await state.begin(new Date(0));
  const { createdAt } = rowOf(1);
  for (const number of [1, 2, 3]) state.see({ id: idOf(number), createdAt });
  await state.acknowledge(idOf(1));
  await state.reset();
  const next = await harness.load();
  assertEquals([1, 2, 3].filter((n) => !next.isHandled(idOf(n), createdAt)), [2, 3]);
});

Deno.test("old rows met again behind new ones never move the cursor back", async () => {
  await using harness = await DeliveryHarness.create();
  const state = await harness.loadWith(5);
  for (const number of [1, 2]) await state.acknowledge(idOf(number));
  await state.reset();
  for (const number of [1, 2, 3, 4, 5, 6]) state.see(rowOf(number));
  assertEquals(state.positions.sinceId("forward"), idOf(6));
  for (const number of [3, 4, 5]) await state.acknowledge(idOf(number));
  assertEquals(await harness.cursor(), idOf(5));
  await state.acknowledge(idOf(6));
  assertEquals(await harness.cursor(), idOf(6));
  await assertRedelivered(harness, 6, []);
});

Deno.test("a filtered row that is met again does not move the cursor back", async () => {
  await using harness = await DeliveryHarness.create();
  const state = await harness.loadWith(1);
  const filter = (number: number) => {
    state.see(rowOf(number));
    state.skip(idOf(number));
  };
  filter(2);
  filter(3);
  state.see(rowOf(4));
  await state.reset();
  for (const number of [2, 3]) filter(number);
  state.see(rowOf(4));
  await state.acknowledge(idOf(1));
  await state.acknowledge(idOf(4));
  assertEquals(await harness.cursor(), idOf(4));
});

Deno.test("after a reset the next pop writes a cursor again", async () => {
  await using harness = await DeliveryHarness.create();
  const state = await harness.loadWith(2);
  await state.acknowledge(idOf(1));
  await state.reset();
  await state.acknowledge(idOf(2));
  assertEquals(await harness.cursor(), idOf(2));
});

Deno.test("where receiving began is remembered until the first row is handled", async () => {
  await using harness = await DeliveryHarness.create();
  const startedAt = new Date("2026-05-06T08:00:00.000Z");
  const first = await harness.load();
  await first.begin(startedAt);
  const second = await harness.load();
  assertEquals(second.positions.sinceId("forward"), undefined);
  assertEquals(second.handledUntil, "2026-05-06T08:00:00.000Z");
  await second.begin(new Date("2026-05-06T20:00:00.000Z"));
  assertEquals(second.handledUntil, "2026-05-06T08:00:00.000Z");
});

Deno.test("the start of receiving is this machine's time, so no row counts as handled by it", async () => {
  await using harness = await DeliveryHarness.create();
  const state = await harness.load();
  await state.begin(new Date("2030-01-01T00:00:00.000Z"));
  assertEquals(isHandled(state, 1), false);
  state.see(rowOf(1));
  await state.acknowledge(idOf(1));
  assertEquals(await harness.cursor(), idOf(1));
  assertEquals(state.handledUntil, rowOf(1).createdAt);
});

Deno.test("a start that cannot be written is tried again", async () => {
  await using harness = await DeliveryHarness.create();
  const state = await harness.load();
  await harness.whileUnwritable(harness.files.state, async () => {
    await state.begin(new Date(0)).catch(() => {}); // That it fails is what the test sets up.
  });
  assertEquals(await harness.state(), undefined);
  await state.begin(new Date(0));
  assertEquals((await harness.load()).handledUntil, new Date(0).toISOString());
});
