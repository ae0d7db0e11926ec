import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { InboxMessage } from "../../src/inbox/message.ts";
import { uploadFiles } from "../../src/platform/api/sent_files.ts";
import { HOLD_MS } from "../../src/inbox/files/held_files.ts";
import { InboxHarness, openConsumer, type TestConsumer } from "./inbox_harness.ts";

const FILE = { name: "tides.csv", mimeType: "text/csv", content: "06:12,4.1\n" };

Deno.test("a file without a word is a message that says where it is", async () => {
  await using harness = await InboxHarness.start();
  const inbox = await openConsumer(harness);
  const { queue } = inbox;
  await harness.platform.uploadAsUser(harness.id, [FILE]);
  await takeAlone(inbox, harness);
  const [message] = queue.peek(10);
  assertEquals(await fileOf(message), "06:12,4.1\n");
  assertEquals(message?.method, "chat_upload_receive");
});

Deno.test("a file with a word in the same fetch is one message", async () => {
  await using harness = await InboxHarness.start();
  const { consumer, queue, texts } = await openConsumer(harness);
  const files = await harness.platform.uploadAsUser(harness.id, [FILE]);
  await harness.platform.sendAsUser(harness.id, "See attached", files);
  await consumer.catchUp(harness.signal);
  assertEquals(texts(), ["See attached"]);
  assertEquals(await fileOf(queue.peek(1)[0]), "06:12,4.1\n");
});

Deno.test("a file and a word that comes in a later fetch are one message", async () => {
  await using harness = await InboxHarness.start();
  const { consumer, queue, pass, texts } = await openConsumer(harness);
  const files = await harness.platform.uploadAsUser(harness.id, [FILE]);
  await consumer.catchUp(harness.signal);
  assertEquals(texts(), []);
  pass(HOLD_MS - 1);
  await consumer.catchUp(harness.signal);
  assertEquals(texts(), []);
  await harness.platform.sendAsUser(harness.id, "See attached", files);
  pass(HOLD_MS);
  await consumer.catchUp(harness.signal);
  assertEquals(texts(), ["See attached"]);
  assertEquals(await fileOf(queue.peek(1)[0]), "06:12,4.1\n");
  assertEquals(consumer.dueInMs, undefined);
  // However often it was met, it was fetched and acknowledged once.
  assertEquals(uploadRequests(harness).length, 2);
});

for (const [when, delayed] of [["the first", 1], ["the second", 2]] as const) {
  Deno.test(`${when} fetch takes long: only one of after its time ends the wait of a file`, async () => {
    await using harness = await InboxHarness.start();
    const { consumer, pass, texts } = await openConsumer(harness);
    const files = await harness.platform.uploadAsUser(harness.id, [FILE]);
    let fetches = 0;
    harness.platform.faults.use(({ path }) => {
      fetches += path.endsWith("/activity") ? 1 : 0;
      if (path.endsWith("/activity") && fetches === delayed) pass(HOLD_MS);
      return undefined;
    });
    for (let count = 0; count < 2; count++) {
      await consumer.catchUp(harness.signal);
      assertEquals(texts(), []);
    }
    await harness.platform.sendAsUser(harness.id, "See attached", files);
    await consumer.catchUp(harness.signal);
    assertEquals(texts(), ["See attached"]);
  });
}

Deno.test("words that come too late find the file, and are a separate message", async () => {
  await using harness = await InboxHarness.start();
  const inbox = await openConsumer(harness);
  const { consumer, queue, texts } = inbox;
  const files = await harness.platform.uploadAsUser(harness.id, [FILE]);
  await takeAlone(inbox, harness);
  await harness.platform.sendAsUser(harness.id, "See above", files);
  await consumer.catchUp(harness.signal);
  assertEquals(texts().length, 2);
  const [file, word] = queue.peek(2);
  assertEquals(word?.attachments?.[0]?.uri, file?.attachments?.[0]?.uri);
});

Deno.test("what is behind a file that waits keeps its place", async () => {
  await using harness = await InboxHarness.start();
  const { consumer, pass, texts } = await openConsumer(harness);
  await harness.send("before");
  await harness.platform.uploadAsUser(harness.id, [FILE]);
  await harness.send("after");
  await consumer.catchUp(harness.signal);
  assertEquals(texts(), ["before"]);
  assertEquals((consumer.dueInMs ?? 0) >= HOLD_MS, true);
  pass(HOLD_MS);
  await consumer.catchUp(harness.signal);
  assertEquals(texts(), ["before", '(no text; attached: "tides.csv")', "after"]);
});

Deno.test("files that came together wait together", async () => {
  await using harness = await InboxHarness.start();
  const { consumer, pass, texts } = await openConsumer(harness);
  for (let count = 0; count < 3; count++) await harness.platform.uploadAsUser(harness.id, [FILE]);
  await consumer.catchUp(harness.signal);
  pass(HOLD_MS);
  await consumer.catchUp(harness.signal);
  assertEquals(texts().length, 3);
});

Deno.test("a file of long before the rows behind it does not wait", async () => {
  let nowMs = Date.now();
  await using harness = await InboxHarness.start({ nowMs: () => nowMs });
  await harness.platform.uploadAsUser(harness.id, [FILE]);
  nowMs += HOLD_MS;
  await harness.send("after");
  const { consumer, texts } = await openConsumer(harness);
  await consumer.catchUp(harness.signal);
  assertEquals(texts().at(-1), "after");
});

Deno.test("a restart while a file waits loses nothing and doubles nothing", async () => {
  // Rows of one instant, as one transaction makes them: an N1 server passes over those of `since_id`.
  let nowMs = Date.now();
  await using harness = await InboxHarness.start({ version: "n1", nowMs: () => nowMs });
  const captioned = await harness.platform.uploadAsUser(harness.id, [FILE]);
  {
    const { consumer, queue, texts } = await openConsumer(harness);
    await consumer.catchUp(harness.signal);
    await harness.platform.sendAsUser(harness.id, "See attached", captioned);
    await consumer.catchUp(harness.signal);
    nowMs += 1;
    await harness.send("before");
    const files = await harness.platform.uploadAsUser(harness.id, [FILE]);
    await consumer.catchUp(harness.signal);
    assertEquals(texts(), ["See attached", "before"]);
    for (const { activity_id } of queue.peek(2)) await consumer.pop(activity_id);
    nowMs += 1;
    await harness.platform.sendAsUser(harness.id, "the second", files);
  }
  const { consumer, texts } = await openConsumer(harness);
  await consumer.catchUp(harness.signal);
  assertEquals(texts(), ["the second"]);
});

Deno.test("an agent's own upload is not fetched and no message, nor acknowledged", async () => {
  await using harness = await InboxHarness.start();
  const { consumer, sentFiles, texts } = await openConsumer(harness);
  const path = `${harness.stateDir}/report.txt`;
  await Deno.writeTextFile(path, "all is well");
  const [entry] = await uploadFiles(
    harness.client,
    [{ path, name: "report.txt", size: 11 }],
    harness.signal,
  );
  sentFiles.remember(entry?.uri ?? "");
  await consumer.catchUp(harness.signal);
  assertEquals(texts(), []);
  assertEquals(uploadRequests(harness), []);
});

Deno.test("a file that cannot be had does not hold its message back", async () => {
  await using harness = await InboxHarness.start();
  const { consumer, queue } = await openConsumer(harness);
  const files = await harness.platform.uploadAsUser(harness.id, [FILE]);
  await harness.platform.sendAsUser(harness.id, "See attached", files);
  harness.platform.faults.use(({ path }) =>
    path.endsWith("/content")
      ? Response.json({ error: "pending upload not found or expired" }, { status: 404 })
      : undefined
  );
  await consumer.catchUp(harness.signal);
  const [message] = queue.peek(1);
  assertEquals(message?.text, "See attached");
  assertEquals(message?.attachments?.[0]?.uri, files[0]?.uri);
  assertStringIncludes(harness.lines.join("\n"), "Cannot fetch the file tides.csv");
});

Deno.test("after a restart a file is where it was, though the platform no longer has it", async () => {
  await using harness = await InboxHarness.start();
  const files = await harness.platform.uploadAsUser(harness.id, [FILE]);
  await harness.platform.sendAsUser(harness.id, "See attached", files);
  const before = await openConsumer(harness);
  await before.consumer.catchUp(harness.signal);
  const after = await openConsumer(harness);
  await after.consumer.catchUp(harness.signal);
  assertEquals(after.queue.peek(1), before.queue.peek(1));
  assertEquals(await fileOf(after.queue.peek(1)[0]), "06:12,4.1\n");
  assertEquals(uploadRequests(harness).filter((path) => path.endsWith("content")).length, 1);
  assertEquals(harness.lines, []);
});

Deno.test("a file of before the restart is found by a message of after it", async () => {
  await using harness = await InboxHarness.start();
  const files = await harness.platform.uploadAsUser(harness.id, [FILE]);
  {
    const inbox = await openConsumer(harness);
    const { consumer, queue } = inbox;
    await takeAlone(inbox, harness);
    await consumer.pop(queue.peek(1)[0]?.activity_id ?? "");
  }
  await harness.platform.sendAsUser(harness.id, "About that file", files);
  const { consumer, queue } = await openConsumer(harness);
  await consumer.catchUp(harness.signal);
  assertEquals(await fileOf(queue.peek(1)[0]), "06:12,4.1\n");
});

Deno.test("popped files are not fetched again after a 410", async () => {
  await using harness = await InboxHarness.start();
  const inbox = await openConsumer(harness);
  const { consumer, queue } = inbox;
  await harness.platform.uploadAsUser(harness.id, [FILE]);
  await takeAlone(inbox, harness);
  await consumer.pop(queue.peek(1)[0]?.activity_id ?? "");
  await harness.send("last");
  await consumer.catchUp(harness.signal);
  harness.platform.clearRequests();
  harness.platform.pruneActivity(harness.id, ({ method }) => method === "message/send");
  await consumer.catchUp(harness.signal);
  assertEquals(uploadRequests(harness), []);
});

/** Takes what no message names. */
async function takeAlone({ consumer, pass }: TestConsumer, harness: InboxHarness): Promise<void> {
  await consumer.catchUp(harness.signal);
  pass(HOLD_MS);
  await consumer.catchUp(harness.signal);
}

/** What is in the message's first file. */
async function fileOf(message: InboxMessage | undefined): Promise<string> {
  const uri = message?.attachments?.[0]?.uri ?? "";
  assertMatch(uri, /^workspace:.*[\\/]chat-uploads[\\/][0-9a-f]{32}-tides\.csv$/);
  const path = uri.slice("workspace:".length);
  assert((await Deno.stat(path)).isFile);
  return await Deno.readTextFile(path);
}

function uploadRequests({ platform }: InboxHarness): string[] {
  return platform.requests.map(({ path }) => path).filter((path) => path.includes("pending"));
}
