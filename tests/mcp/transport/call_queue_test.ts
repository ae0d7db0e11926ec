import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { CallQueue } from "../../../src/mcp/transport/call_queue.ts";
import type { RequestId } from "../../../src/mcp/sdk.ts";
import { FakeTime } from "../../support/fake_time.ts";

const LIMITS = { maxRunning: 2, maxOpen: 6, maxLength: 1_000, placeMs: 100 };
const request = (id: RequestId) => ({ jsonrpc: "2.0", id, method: "tools/call" } as const);

function queueOf(mayStart?: () => boolean) {
  const handed: RequestId[] = [];
  const queue = new CallQueue(({ id }) => handed.push(id), {
    limits: LIMITS,
    ...(mayStart && { mayStart }),
  });
  /** Takes a call unless it is refused. */
  const take = (id: RequestId, length = 1): string | undefined => {
    const refusal = queue.refusal(length);
    if (refusal === undefined) queue.take(request(id), length);
    return refusal;
  };
  return { queue, handed, take };
}

Deno.test("a limited number run at once; the next begins when one has its answer", () => {
  const { queue, handed, take } = queueOf();
  for (const id of [1, 2, 3, 4]) assertEquals(take(id), undefined);
  assertEquals(handed, [1, 2]);
  queue.answered(2);
  assertEquals(handed, [1, 2, 3]);
  queue.close();
});

Deno.test("a call that takes long gives its place up, and takes none when it is answered", () => {
  using time = new FakeTime();
  const { queue, handed, take } = queueOf();
  for (const id of [1, 2, 3, 4, 5]) take(id);
  time.tick(100);
  assertEquals(handed, [1, 2, 3, 4]);
  queue.answered(1);
  assertEquals(handed, [1, 2, 3, 4]);
  queue.answered(4);
  assertEquals(handed, [1, 2, 3, 4, 5]);
  queue.close();
  assertEquals(time.timers, 0);
});

Deno.test("over the limit a call is refused, until one has its answer", () => {
  const { queue, take } = queueOf();
  for (let id = 0; id < 6; id++) take(id);
  assertMatch(take(6) ?? "", /^Too many calls: 6 have no answer yet/);
  queue.answered(0);
  assertEquals(take(7), undefined);
  assertMatch(take(8) ?? "", /^Too many calls/);
  queue.close();
});

Deno.test("so much text is refused, but never for one call alone", () => {
  const { queue, take } = queueOf();
  assertEquals(take(1, 5_000), undefined);
  assertMatch(take(2) ?? "", /^Too many calls: .* longer than 1000 characters/);
  queue.answered(1);
  assertEquals(take(2), undefined);
  queue.close();
});

Deno.test("a call that is cancelled while it waits is never handed on", () => {
  const { queue, handed, take } = queueOf();
  for (const id of [1, 2, 3, 4]) take(id);
  assertEquals(queue.cancelled(3), true);
  assertEquals(queue.cancelled(1), false);
  assertEquals(handed, [1, 2, 4]);
  assertEquals(queue.cancelled(99), false);
  queue.close();
});

Deno.test("none begins while it may not, and all do once it may", () => {
  let may = false;
  const { queue, handed, take } = queueOf(() => may);
  for (const id of [1, 2]) take(id);
  assertEquals(handed, []);
  may = true;
  queue.start();
  assertEquals(handed, [1, 2]);
  queue.close();
});

Deno.test("whatever comes, the limits hold and every call that is taken is handed on or cancelled", () => {
  const ids = fc.integer({ min: 0, max: 9 });
  const step = fc.oneof(
    ids.map((id) => ({ take: id })),
    ids.map((id) => ({ answered: id })),
    ids.map((id) => ({ cancelled: id })),
    fc.constant({ tick: 60 }),
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    using time = new FakeTime();
    const { queue, handed, take } = queueOf();
    const open = new Set<RequestId>();
    let taken = 0;
    let cancelledEarly = 0;
    for (const one of steps) {
      if ("take" in one) {
        if (open.has(one.take)) continue;
        const isRefused = take(one.take) !== undefined;
        assertEquals(isRefused, open.size >= LIMITS.maxOpen);
        if (isRefused) continue;
        open.add(one.take);
        taken += 1;
      } else if ("answered" in one) {
        // Nobody answers what was never handed on.
        if (!handed.includes(one.answered)) continue;
        queue.answered(one.answered);
        open.delete(one.answered);
      } else if ("cancelled" in one) {
        cancelledEarly += queue.cancelled(one.cancelled) ? 1 : 0;
        open.delete(one.cancelled);
      } else time.tick(one.tick);
      assert(taken - handed.length - cancelledEarly <= LIMITS.maxOpen);
    }
    time.tick(60_000);
    assert(handed.length + cancelledEarly >= taken - LIMITS.maxOpen);
    queue.close();
    assertEquals(time.timers, 0);
  }));
});
