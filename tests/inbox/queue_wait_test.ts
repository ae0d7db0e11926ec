import { assertEquals } from "@std/assert";
import { MessageQueue } from "../../src/inbox/queue.ts";
import { idOf } from "./message_support.ts";
import { message, never, queueOf } from "./queue_support.ts";

/** Longer than any test. */
const LONG_MS = 600_000;

Deno.test("everybody who waits for room is told of the next removal", async () => {
  const queue = queueOf(1);
  let told = 0;
  const waiters = [1, 2].map(() => queue.nextRemoval(never()).then(() => told++));
  queue.remove(idOf(7));
  for (let turn = 0; turn < 10; turn++) await null;
  assertEquals(told, 0, "what was not there leaves no room behind");
  queue.remove(idOf(1));
  await Promise.all(waiters);
});

Deno.test("waiting for room ends with the signal, before or during it", async () => {
  const queue = queueOf(1);
  const controller = new AbortController();
  const waiting = queue.nextRemoval(controller.signal);
  controller.abort();
  await waiting;
  await queue.nextRemoval(controller.signal);
});

Deno.test("wait gives the oldest message at once and leaves it queued", async () => {
  const queue = queueOf(1, 2);
  assertEquals(await queue.wait(0, never()), message(1));
  assertEquals(await queue.wait(LONG_MS, never()), message(1));
  assertEquals(queue.peek(Infinity).length, 2);
});

Deno.test({
  name: "wait gives a message as soon as it comes, to everybody who waits, and leaves no timer",
  sanitizeOps: true,
  async fn() {
    const queue = new MessageQueue();
    const waits = [1, 2, 3].map(() => queue.wait(LONG_MS, never()));
    assertEquals(queue.waiting, true);
    queue.offer(message(1));
    assertEquals(await Promise.all(waits), [message(1), message(1), message(1)]);
    assertEquals(queue.waiting, false);
  },
});

Deno.test("wait gives nothing when its time is over, and others wait on", async () => {
  const queue = new MessageQueue();
  const longer = queue.wait(LONG_MS, never());
  assertEquals(await queue.wait(1, never()), undefined);
  assertEquals(await queue.wait(0, never()), undefined);
  assertEquals(queue.waiting, true);
  queue.offer(message(1));
  assertEquals(await longer, message(1));
});

Deno.test("wait ends with its own signal only", async () => {
  const queue = new MessageQueue();
  const controller = new AbortController();
  const cancelled = queue.wait(LONG_MS, controller.signal);
  const other = queue.wait(LONG_MS, never());
  controller.abort();
  assertEquals(await cancelled, undefined);
  assertEquals(await queue.wait(LONG_MS, controller.signal), undefined);
  queue.offer(message(1));
  assertEquals(await other, message(1));
});

Deno.test("the start of a wait is announced, so that a fetch can follow at once", async () => {
  let announced = 0;
  const queue = new MessageQueue({ onWaiting: () => announced++ });
  const waiting = queue.wait(LONG_MS, never());
  assertEquals(announced, 1);
  queue.offer(message(1));
  await waiting;
  await queue.wait(LONG_MS, never());
  assertEquals(announced, 1, "nobody waits while a message is there");
});

Deno.test("a finished wait leaves no listener on its signal", async () => {
  const controller = new AbortController();
  const { signal } = controller;
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  Object.assign(signal, {
    addEventListener: (...args: Parameters<typeof add>) => (listeners++, add(...args)),
    removeEventListener: (...args: Parameters<typeof remove>) => (listeners--, remove(...args)),
  });
  const queue = new MessageQueue();
  const waits = [queue.wait(LONG_MS, signal), queue.wait(1, signal)];
  await waits[1];
  queue.offer(message(1));
  await waits[0];
  const room = queue.nextRemoval(signal);
  queue.remove(idOf(1));
  await room;
  assertEquals(listeners, 0);
});
