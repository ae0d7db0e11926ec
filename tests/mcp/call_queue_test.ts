import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { CallQueue } from "../../src/mcp/call_queue.ts";
import type { RequestId } from "../../src/mcp/json_rpc.ts";
import { FakeTime } from "../support/fake_time.ts";

const LIMITS = { maxRunning: 2, maxOpen: 6, maxLength: 1_000, placeMs: 100 };
const request = (id: RequestId) => ({ jsonrpc: "2.0", id, method: "tools/call" } as const);

function queueOf(mayStart?: () => boolean) {
  const handed: RequestId[] = [];
  const queue = new CallQueue(({ id }) => handed.push(id), {
    limits: LIMITS,
    ...(mayStart && { mayStart }),
  });
  return { queue, handed };
}

Deno.test("so many are at work at once; the next begins when one has its answer", () => {
  const { queue, handed } = queueOf();
  for (const id of [1, 2, 3, 4]) assertEquals(queue.take(request(id), 1), undefined);
  assertEquals(handed, [1, 2]);
  queue.answered(2);
  assertEquals(handed, [1, 2, 3]);
  queue.close();
});

Deno.test("a call that takes long gives its place up, and takes none when it is answered", () => {
  using time = new FakeTime();
  const { queue, handed } = queueOf();
  for (const id of [1, 2, 3, 4, 5]) queue.take(request(id), 1);
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
  const { queue } = queueOf();
  for (let id = 0; id < 6; id++) queue.take(request(id), 1);
  assertMatch(queue.take(request(6), 1) ?? "", /^Too many calls: 6 have no answer yet/);
  queue.answered(0);
  assertEquals(queue.take(request(7), 1), undefined);
  queue.close();
});

Deno.test("so much text is refused, but never for one call alone", () => {
  const { queue } = queueOf();
  assertEquals(queue.take(request(1), 5_000), undefined);
  assertMatch(queue.take(request(2), 1) ?? "", /^Too many calls: .* longer than 1000 characters/);
  queue.answered(1);
  assertEquals(queue.take(request(2), 1), undefined);
  queue.close();
});

Deno.test("a call that is cancelled while it waits is never handed on", () => {
  const { queue, handed } = queueOf();
  for (const id of [1, 2, 3, 4]) queue.take(request(id), 1);
  assertEquals(queue.cancelled(3), true);
  assertEquals(queue.cancelled(1), false);
  assertEquals(handed, [1, 2, 4]);
  assertEquals(queue.cancelled(99), false);
  queue.close();
});

Deno.test("none begins while it may not, and all do once it may", () => {
  let may = false;
  const { queue, handed } = queueOf(() => may);
  for (const id of [1, 2]) queue.take(request(id), 1);
  assertEquals(handed, []);
  may = true;
  queue.start();
  assertEquals(handed, [1, 2]);
  queue.close();
});

Deno.test("whatever comes, the limits hold and every call that is taken is handed on or cancelled", () => {
  const ids = fc.integer({ min: 0, max: 4 }); // The same id may be in use more than once.
  const step = fc.oneof(
    ids.map((id) => ({ take: id })),
    ids.map((id) => ({ answered: id })),
    ids.map((id) => ({ cancelled: id })),
    fc.constant({ tick: 60 }),
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    using time = new FakeTime();
    const { queue, handed } = queueOf();
    let taken = 0;
    let cancelledEarly = 0;
    for (const one of steps) {
      if ("take" in one) taken += queue.take(request(one.take), 1) === undefined ? 1 : 0;
      else if ("answered" in one) queue.answered(one.answered);
      else if ("cancelled" in one) cancelledEarly += queue.cancelled(one.cancelled) ? 1 : 0;
      else time.tick(one.tick);
      assert(taken - handed.length - cancelledEarly <= LIMITS.maxOpen);
    }
    time.tick(60_000);
    assert(handed.length + cancelledEarly >= taken - LIMITS.maxOpen);
    queue.close();
    assertEquals(time.timers, 0);
  }));
});
