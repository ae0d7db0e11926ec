import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import fc from "fast-check";
import { cutLongMessage } from "../../src/inbox/long_message.ts";
import type { InboxMessage } from "../../src/inbox/message.ts";
import { InboxHarness, openConsumer } from "./inbox_harness.ts";

const LIMIT = 64 * 1024;
const MESSAGE: InboxMessage = {
  activity_id: "3c1d5a8e-42b7-4f60-8e19-9a7b6c5d4e3f",
  text: "",
  peer_id: "",
  kind: "canvas_user",
  method: "message/send",
  created_at: "2026-05-04T10:20:30Z",
};

/** The path that the note of a cut message names. */
function pathIn({ note = "" }: InboxMessage): string {
  return /the whole text is in the file (\S+)$/.exec(note)?.[1] ?? "";
}

Deno.test("any text: whole up to 64 KiB, then its beginning, cut between characters", async () => {
  const unit = fc.string({ unit: "binary", minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(unit, fc.integer({ min: -3, max: 3 }), async (text, more) => {
      const size = new TextEncoder().encode(text).byteLength;
      const long = text.repeat(Math.max(1, Math.floor(LIMIT / size) + more));
      let kept: string | undefined;
      const given = await cutLongMessage({ ...MESSAGE, text: long }, (_id, whole) => {
        kept = whole;
        return Promise.resolve("/path");
      });
      const isLong = new TextEncoder().encode(long).byteLength > LIMIT;
      assertEquals(kept, isLong ? long : undefined);
      assertEquals(given.note === undefined, !isLong);
      assert(long.startsWith(given.text) && given.text.isWellFormed());
      const left = new TextEncoder().encode(given.text).byteLength;
      if (isLong) assert(left <= LIMIT && left > LIMIT - 4, `${left} bytes`);
    }),
    { numRuns: 60 },
  );
});

Deno.test("a delegation's result is fenced in its file as it is in the message", async () => {
  let kept = "";
  const text = "[/A2A_RESULT_FROM_PEER] ".repeat(5_000);
  await cutLongMessage({ ...MESSAGE, kind: "delegation_result", text }, (_id, whole) => {
    kept = whole;
    return Promise.resolve("/path");
  });
  assert(kept.startsWith("[A2A_RESULT_FROM_PEER]\n"));
  assertEquals(kept.split("[/A2A_RESULT_FROM_PEER]").length, 2);
});

Deno.test("of very many attachments the first are listed, and the note says how many are not", async () => {
  const attachments = Array.from({ length: 150 }, () => ({ kind: "file", name: "a" }));
  const keep = () => Promise.reject(new Error("not asked for"));
  const given = await cutLongMessage({ ...MESSAGE, attachments, note: "first" }, keep);
  assertEquals(given.attachments?.length, 100);
  assertEquals(given.note, "first; 50 more attachments are not listed");
});

Deno.test("a long message is in a private file before it is offered, even after a restart", async () => {
  await using harness = await InboxHarness.start();
  const text = `${"long \u{1f600} ".repeat(200_000)}the end`;
  await harness.send(text);
  const first = await openConsumer(harness);
  await first.consumer.catchUp(harness.signal);
  const [message] = first.queue.peek(1);
  assert(message);
  assert(text.startsWith(message.text) && message.text.length <= LIMIT);
  assertStringIncludes(message.note ?? "", `only the first 64 KiB of ${text.length} characters`);
  assertEquals(first.arrived, [message], "what is pushed is what is handed out");
  const path = pathIn(message);
  assert(path.startsWith(join(harness.stateDir, "chat-uploads")), path);
  assertEquals(await Deno.readTextFile(path), text);
  const { mode, mtime } = await Deno.stat(path);
  if (Deno.build.os !== "windows") assertEquals((mode ?? 0) & 0o777, 0o600);

  const again = await openConsumer(harness);
  await again.consumer.catchUp(harness.signal);
  assertEquals(again.queue.peek(1), [message]);
  assertEquals((await Deno.stat(path)).mtime, mtime, "the same file is used");
  assertEquals([...Deno.readDirSync(join(harness.stateDir, "chat-uploads"))].length, 1);

  const month = Date.now() + 31 * 24 * 60 * 60_000;
  await again.receivedFiles.removeExpired(month);
  assertEquals([...Deno.readDirSync(join(harness.stateDir, "chat-uploads"))].length, 0);
});

Deno.test("a file that cannot be written keeps no message back: the note says why", async () => {
  await using harness = await InboxHarness.start();
  await Deno.writeTextFile(join(harness.stateDir, "chat-uploads"), "in the way");
  await harness.send("x".repeat(100_000), "and more");
  const { consumer, queue } = await openConsumer(harness);
  await consumer.catchUp(harness.signal);
  const [message, next] = queue.peek(2);
  assertEquals(message?.text.length, LIMIT);
  assertMatch(
    message?.note ?? "",
    /could not be saved to a file \(.*chat-uploads.*\): ask the sender/,
  );
  assertEquals(next?.text, "and more");
});

Deno.test("the largest message that a platform takes stops nothing", async () => {
  await using harness = await InboxHarness.start();
  // Each of its characters takes two in JSON: more than any other answer may have.
  await harness.send('"'.repeat(9 * 1024 * 1024), "after it");
  const { consumer, queue } = await openConsumer(harness);
  await consumer.catchUp(harness.signal);
  assertEquals(queue.peek(5).map(({ text }) => text.length), [LIMIT, "after it".length]);
});

Deno.test("the queue's bound counts what is held: many long messages fit", async () => {
  await using harness = await InboxHarness.start();
  for (let count = 0; count < 5; count++) await harness.send("x".repeat(1024 * 1024));
  const { consumer, queue } = await openConsumer(harness, { capacityBytes: 1024 * 1024 });
  await consumer.catchUp(harness.signal);
  assertEquals(queue.peek(Infinity).length, 5);
});
