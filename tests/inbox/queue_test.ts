import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import * as fc from "fast-check";
import type { InboxMessage } from "../../src/inbox/message.ts";
import { MessageQueue } from "../../src/inbox/queue.ts";
import { idOf } from "./message_support.ts";
import { message, never, queueOf } from "./queue_support.ts";

const idsIn = (queue: MessageQueue) => queue.peek(Infinity).map(({ activity_id }) => activity_id);
const range = (length: number) => Array.from({ length }, (_, index) => index);

Deno.test("messages wait in the order in which they came, whichever workspace they came to", () => {
  const queue = new MessageQueue();
  for (const [number, workspace] of [[3, "ws-a"], [1, "ws-b"], [2, "ws-a"]] as const) {
    assertEquals(queue.offer(message(number, workspace)), true);
  }
  assertEquals(idsIn(queue), [idOf(3), idOf(1), idOf(2)]);
  assertEquals(queue.peek(Infinity).length, 3);
});

Deno.test("users' messages come before those of others, oldest first in each", async () => {
  const queue = new MessageQueue();
  const kinds = ["peer_agent", "canvas_user", "delegation_result", "canvas_user"] as const;
  for (const [index, kind] of kinds.entries()) queue.offer({ ...message(index), kind });
  assertEquals(idsIn(queue), [1, 3, 0, 2].map(idOf));
  assertEquals((await queue.wait(0, never()))?.activity_id, idOf(1));
  assertEquals(queue.peek(3).map(({ activity_id }) => activity_id), [1, 3, 0].map(idOf));
  queue.remove(idOf(1));
  queue.remove(idOf(3));
  assertEquals((await queue.wait(0, never()))?.activity_id, idOf(0));
});

Deno.test("peers have half of the room for themselves, by number and by bytes, and take no other", () => {
  const queue = new MessageQueue({ capacity: 4, capacityBytes: 400 });
  const peer = (number: number, text = "") => ({
    ...message(number),
    kind: "peer_agent" as const,
    text,
  });
  assertEquals(range(8).map((number) => queue.offer(peer(number))).filter(Boolean).length, 4);
  assertEquals(
    range(8).map((number) => queue.offer(message(10 + number))).filter(Boolean).length,
    4,
  );
  const long = new MessageQueue({ capacityBytes: 400 });
  assertEquals(long.offer(peer(1, "x".repeat(60))), true);
  assertEquals(long.offer(peer(2, "x".repeat(60))), false);
  assertEquals(long.offer({ ...message(3), text: "x".repeat(200) }), true);
  const wide = new MessageQueue({ capacity: 100 });
  assertEquals(range(99).map((number) => wide.offer(peer(number))).filter(Boolean).length, 50);
});

Deno.test("no workspace takes the room of another, of users or of peers", () => {
  const queue = new MessageQueue({ capacity: 100, workspaces: 2 });
  let number = 0;
  const taken = (workspaceId: string, kind: InboxMessage["kind"]) =>
    range(200).filter(() => queue.offer({ ...message(number++), kind }, workspaceId)).length;
  assertEquals(taken("ws-a", "peer_agent"), 25);
  assertEquals(taken("ws-a", "canvas_user"), 50);
  assertEquals(taken("ws-b", "delegation_result"), 25);
  assertEquals(taken("ws-b", "canvas_user"), 50);
  assertEquals(new MessageQueue({ workspaces: 1_000 }).roomForPeers("ws-a"), 10);
});

Deno.test("room for peers counts once half of theirs is free", () => {
  const queue = new MessageQueue({ capacity: 40, capacityBytes: 400 });
  const peer = (number: number, text = "") => ({
    ...message(number),
    kind: "peer_agent" as const,
    text,
  });
  assertEquals(queue.roomForPeers(), 20);
  for (const number of range(20)) queue.offer(peer(number));
  assertEquals(queue.roomForPeers(), 0);
  for (const number of range(9)) queue.remove(idOf(number));
  assertEquals(queue.roomForPeers(), 0);
  queue.remove(idOf(9));
  assertEquals(queue.roomForPeers(), 10);
  queue.offer(peer(30, "x".repeat(60)));
  assertEquals(queue.roomForPeers(), 0, "a long one takes the room of many");
});

Deno.test("peek shows the oldest ones and removes none", () => {
  const queue = queueOf(1, 2, 3);
  assertEquals(queue.peek(2), [message(1), message(2)]);
  assertEquals(queue.peek(0), []);
  assertEquals(queue.peek(Infinity).length, 3);
});

Deno.test("a message that is queued already is taken once and keeps its place", () => {
  const queue = queueOf(1, 2);
  assertEquals(queue.offer({ ...message(1), text: "other" }), true);
  assertEquals(queue.peek(9), [message(1), message(2)]);
});

Deno.test("remove takes out the one message, and says whether it was there", () => {
  const queue = queueOf(1, 2, 3);
  assertEquals(queue.remove(idOf(2)), true);
  assertEquals(queue.remove(idOf(2)), false);
  assertEquals(idsIn(queue), [idOf(1), idOf(3)]);
});

Deno.test("a full queue refuses the next message and drops none", () => {
  const queue = new MessageQueue({ capacity: 2 });
  assertEquals([1, 2, 3].map((number) => queue.offer(message(number))), [true, true, false]);
  assertEquals(idsIn(queue), [idOf(1), idOf(2)]);
  assertEquals(queue.offer(message(1)), true, "one that is in it needs no room");
  queue.remove(idOf(1));
  assertEquals(queue.offer(message(3)), true);
});

Deno.test("a queue holds 200 messages unless told otherwise", () => {
  const queue = new MessageQueue();
  const taken = Array.from({ length: 250 }, (_, i) => queue.offer(message(i))).filter(Boolean);
  assertEquals(taken.length, 200);
});

Deno.test("a queue that holds too many bytes refuses until some are taken out", () => {
  const queue = new MessageQueue({ capacityBytes: 100 });
  const long = (number: number, length: number) => ({
    ...message(number),
    text: "x".repeat(length),
  });
  assertEquals(queue.offer(long(1, 30)), true);
  assertEquals(queue.offer(long(2, 21)), false);
  assertEquals(queue.offer(long(2, 20)), true);
  assertEquals(queue.offer(long(3, 1)), false);
  queue.remove(idOf(1));
  assertEquals(queue.offer(long(3, 30)), true);
  assertEquals(idsIn(queue), [idOf(2), idOf(3)]);
});

Deno.test("attachments count as bytes of their message", () => {
  const attachments = [{
    kind: "file",
    uri: "u".repeat(20),
    mime_type: "a/b",
    name: "n".repeat(3),
  }];
  const queue = new MessageQueue({ capacityBytes: 100 });
  assertEquals(queue.offer({ ...message(1), text: "", attachments }), true);
  assertEquals(queue.offer({ ...message(2), text: "x".repeat(21) }), false);
  assertEquals(queue.offer({ ...message(2), text: "x".repeat(20) }), true);
});

Deno.test("an empty queue takes a message of any size, and then nothing more", () => {
  const queue = new MessageQueue({ capacityBytes: 10 });
  assertEquals(queue.offer({ ...message(1), text: "x".repeat(1_000) }), true);
  assertEquals(queue.offer({ ...message(2), text: "" }), false);
  queue.remove(idOf(1));
  assertEquals(queue.offer({ ...message(2), text: "" }), true);
});

Deno.test("a queue holds 32 MiB unless told otherwise", () => {
  const queue = new MessageQueue();
  const text = "x".repeat(4 * 1024 * 1024);
  const taken = [1, 2, 3, 4, 5].map((number) => queue.offer({ ...message(number), text }));
  assertEquals(taken, [true, true, true, true, false]);
});

Deno.test("property: a queue behaves like a list without repetition and with a limit", () => {
  const number = fc.integer({ min: 0, max: 9 });
  const step = fc.record({ remove: fc.boolean(), number });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step), (capacity, steps) => {
      const queue = new MessageQueue({ capacity });
      let list: number[] = [];
      for (const { remove, number } of steps) {
        const isIn = list.includes(number);
        if (remove) {
          assertStrictEquals(queue.remove(idOf(number)), isIn);
          list = list.filter((other) => other !== number);
        } else {
          assertStrictEquals(queue.offer(message(number)), isIn || list.length < capacity);
          if (!isIn && list.length < capacity) list.push(number);
        }
        assertEquals(idsIn(queue), list.map(idOf));
        assert(queue.peek(Infinity).length <= capacity);
      }
    }),
  );
});
