import { assert, assertEquals } from "@std/assert";
import type { DeliveryState } from "../../../src/inbox/state/delivery_state.ts";
import { DeliveryHarness, fetchedBy, isHandled, rowOf } from "./delivery_harness.ts";
import { idOf } from "../message_support.ts";

/** Both files as they are at one instant. */
interface Disk {
  readonly state: string | undefined;
  readonly cursor: string | undefined;
}

interface Step {
  readonly name: string;
  readonly run: (state: DeliveryState) => Promise<unknown>;
  /** Rows that are popped once the step is over. */
  readonly pops?: readonly number[];
}

const pop = (...numbers: number[]): Step => ({
  name: `pop ${numbers.join(", ")}`,
  run: (state) => Promise.all(numbers.map((number) => state.acknowledge(idOf(number)))),
  pops: numbers,
});

const fetch = (from: number, to: number, filtered: readonly number[] = []): Step => ({
  name: `fetch ${from} to ${to}`,
  run: async (state) => {
    for (let number = from; number <= to; number++) {
      state.see(rowOf(number));
      if (filtered.includes(number)) state.skip(idOf(number));
    }
    await state.flush();
  },
});

const FILTERED = [1, 4, 5, 11];
const ROWS = 14;
const STEPS: readonly Step[] = [
  { name: "begin", run: (state) => state.begin(new Date(0)) },
  fetch(1, 8, FILTERED),
  pop(3),
  pop(2),
  pop(8),
  pop(6, 7),
  { name: "reset", run: (state) => state.reset() },
  fetch(1, 8, FILTERED),
  fetch(9, 12, FILTERED),
  pop(12),
  { name: "reset", run: (state) => state.reset() },
  pop(9),
  fetch(6, 14, FILTERED),
  pop(13, 10, 14),
];

async function diskOf(harness: DeliveryHarness): Promise<Disk> {
  return { state: await harness.state(), cursor: await harness.cursor() };
}

/** The disk at every instant of a step: before it, between its two writes, and after it. */
function instants(before: Disk, after: Disk): Disk[] {
  return [
    before,
    { state: after.state, cursor: before.cursor },
    // A reset removes the cursor file and writes no state.
    ...(before.state === after.state ? [{ state: before.state, cursor: after.cursor }] : []),
    after,
  ];
}

/** A process that starts on this disk: what was popped stays away, everything else comes. */
async function assertNothingLost(
  disk: Disk,
  popped: ReadonlySet<number>,
  beingPopped: ReadonlySet<number>,
  where: string,
): Promise<void> {
  await using harness = await DeliveryHarness.create();
  await harness.put(harness.files.state, disk.state);
  await harness.put(harness.files.cursor, disk.cursor);
  const state = await harness.load();
  assertEquals(harness.reports, [], where);
  const fetched = fetchedBy(state, ROWS);
  for (let number = 1; number <= ROWS; number++) {
    const comes = fetched.includes(number) && !isHandled(state, number);
    if (popped.has(number)) assert(!comes, `${where}: row ${number} came again`);
    else if (!beingPopped.has(number) && !FILTERED.includes(number)) {
      assert(comes, `${where}: row ${number} is lost`);
    }
  }
}

Deno.test("a crash at any instant loses no message and brings no popped one again", async () => {
  await using harness = await DeliveryHarness.create();
  const state = await harness.load();
  const popped = new Set<number>();
  for (const [index, { name, run, pops = [] }] of STEPS.entries()) {
    const before = await diskOf(harness);
    await run(state);
    const after = await diskOf(harness);
    for (const [instant, disk] of instants(before, after).entries()) {
      const where = `step ${index} (${name}), instant ${instant}`;
      await assertNothingLost(disk, popped, new Set(pops), where);
    }
    for (const number of pops) popped.add(number);
    await assertNothingLost(after, popped, new Set(), `after step ${index} (${name})`);
  }
  assertEquals(await harness.cursor(), idOf(ROWS));
});

Deno.test("a crash at any instant of a life that began after a crash loses nothing either", async () => {
  await using harness = await DeliveryHarness.create();
  let state = await harness.load();
  const popped = new Set<number>();
  let newest = 0;
  await state.begin(new Date(0));
  for (const numbers of [[2], [3, 5], [1], [9], [4, 6, 7], [8], [10]]) {
    newest = Math.max(newest, ...numbers);
    for (const number of fetchedBy(state, newest)) state.see(rowOf(number));
    const before = await diskOf(harness);
    await Promise.all(numbers.map((number) => state.acknowledge(idOf(number))));
    for (const number of numbers) popped.add(number);
    // It ends between the two writes; the next life finds the old cursor file.
    await harness.put(harness.files.cursor, before.cursor);
    state = await harness.load();
    assertEquals(harness.reports, []);
    for (let number = 1; number <= newest; number++) {
      const comes = fetchedBy(state, newest).includes(number) && !isHandled(state, number);
      assertEquals(comes, !popped.has(number), `row ${number} after ${numbers}`);
    }
  }
});
