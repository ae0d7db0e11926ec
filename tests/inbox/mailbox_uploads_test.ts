import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { InboxMessage } from "../../src/inbox/message.ts";
import { uploadFiles } from "../../src/platform/sent_files.ts";
import { HOLD_MS } from "../../src/inbox/files/held_uploads.ts";
import { openMailbox, Stage, type TestMailbox } from "./stage.ts";

const FILE = { name: "tides.csv", mimeType: "text/csv", content: "06:12,4.1\n" };

Deno.test("a file without a word is a message that says where it is", async () => {
  await using stage = await Stage.set();
  const inbox = await openMailbox(stage);
  const { queue } = inbox;
  await stage.platform.uploadAsUser(stage.id, [FILE]);
  await takeAlone(inbox, stage);
  const [message] = queue.peek(10);
  assertEquals(await fileOf(message), "06:12,4.1\n");
  assertEquals(message?.method, "chat_upload_receive");
});

Deno.test("a file with a word in the same fetch is one message", async () => {
  await using stage = await Stage.set();
  const { mailbox, queue, texts } = await openMailbox(stage);
  const files = await stage.platform.uploadAsUser(stage.id, [FILE]);
  await stage.platform.sendAsUser(stage.id, "See attached", files);
  await mailbox.catchUp(stage.signal);
  assertEquals(texts(), ["See attached"]);
  assertEquals(await fileOf(queue.peek(1)[0]), "06:12,4.1\n");
});

Deno.test("a file and a word that comes in a later fetch are one message", async () => {
  await using stage = await Stage.set();
  const { mailbox, queue, pass, texts } = await openMailbox(stage);
  const files = await stage.platform.uploadAsUser(stage.id, [FILE]);
  await mailbox.catchUp(stage.signal);
  assertEquals(texts(), []);
  pass(HOLD_MS - 1);
  await mailbox.catchUp(stage.signal);
  assertEquals(texts(), []);
  await stage.platform.sendAsUser(stage.id, "See attached", files);
  pass(HOLD_MS);
  await mailbox.catchUp(stage.signal);
  assertEquals(texts(), ["See attached"]);
  assertEquals(await fileOf(queue.peek(1)[0]), "06:12,4.1\n");
  assertEquals(mailbox.dueInMs, undefined);
  // However often it was met, it was fetched and acknowledged once.
  assertEquals(uploadRequests(stage).length, 2);
});

for (const [when, delayed] of [["the first", 1], ["the second", 2]] as const) {
  Deno.test(`${when} fetch takes long: only one of after its time ends the wait of a file`, async () => {
    await using stage = await Stage.set();
    const { mailbox, pass, texts } = await openMailbox(stage);
    const files = await stage.platform.uploadAsUser(stage.id, [FILE]);
    let fetches = 0;
    stage.platform.faults.use(({ path }) => {
      fetches += path.endsWith("/activity") ? 1 : 0;
      if (path.endsWith("/activity") && fetches === delayed) pass(HOLD_MS);
      return undefined;
    });
    for (let count = 0; count < 2; count++) {
      await mailbox.catchUp(stage.signal);
      assertEquals(texts(), []);
    }
    await stage.platform.sendAsUser(stage.id, "See attached", files);
    await mailbox.catchUp(stage.signal);
    assertEquals(texts(), ["See attached"]);
  });
}

Deno.test("a word that comes too late finds the file, and has a message of its own", async () => {
  await using stage = await Stage.set();
  const inbox = await openMailbox(stage);
  const { mailbox, queue, texts } = inbox;
  const files = await stage.platform.uploadAsUser(stage.id, [FILE]);
  await takeAlone(inbox, stage);
  await stage.platform.sendAsUser(stage.id, "See above", files);
  await mailbox.catchUp(stage.signal);
  assertEquals(texts().length, 2);
  const [file, word] = queue.peek(2);
  assertEquals(word?.attachments?.[0]?.uri, file?.attachments?.[0]?.uri);
});

Deno.test("what is behind a file that waits keeps its place", async () => {
  await using stage = await Stage.set();
  const { mailbox, pass, texts } = await openMailbox(stage);
  await stage.send("before");
  await stage.platform.uploadAsUser(stage.id, [FILE]);
  await stage.send("after");
  await mailbox.catchUp(stage.signal);
  assertEquals(texts(), ["before"]);
  assertEquals((mailbox.dueInMs ?? 0) >= HOLD_MS, true);
  pass(HOLD_MS);
  await mailbox.catchUp(stage.signal);
  assertEquals(texts(), ["before", '(no text; attached: "tides.csv")', "after"]);
});

Deno.test("files that came together wait together", async () => {
  await using stage = await Stage.set();
  const { mailbox, pass, texts } = await openMailbox(stage);
  for (let count = 0; count < 3; count++) await stage.platform.uploadAsUser(stage.id, [FILE]);
  await mailbox.catchUp(stage.signal);
  pass(HOLD_MS);
  await mailbox.catchUp(stage.signal);
  assertEquals(texts().length, 3);
});

Deno.test("a file of long before the rows behind it does not wait", async () => {
  let nowMs = Date.now();
  await using stage = await Stage.set({ nowMs: () => nowMs });
  await stage.platform.uploadAsUser(stage.id, [FILE]);
  nowMs += HOLD_MS;
  await stage.send("after");
  const { mailbox, texts } = await openMailbox(stage);
  await mailbox.catchUp(stage.signal);
  assertEquals(texts().at(-1), "after");
});

Deno.test("a restart while a file waits loses nothing and doubles nothing", async () => {
  // Rows of one instant, as one transaction makes them: an N1 server passes over those of `since_id`.
  let nowMs = Date.now();
  await using stage = await Stage.set({ version: "n1", nowMs: () => nowMs });
  const captioned = await stage.platform.uploadAsUser(stage.id, [FILE]);
  {
    const { mailbox, queue, texts } = await openMailbox(stage);
    await mailbox.catchUp(stage.signal);
    await stage.platform.sendAsUser(stage.id, "See attached", captioned);
    await mailbox.catchUp(stage.signal);
    nowMs += 1;
    await stage.send("before");
    const files = await stage.platform.uploadAsUser(stage.id, [FILE]);
    await mailbox.catchUp(stage.signal);
    assertEquals(texts(), ["See attached", "before"]);
    for (const { activity_id } of queue.peek(2)) await mailbox.pop(activity_id);
    nowMs += 1;
    await stage.platform.sendAsUser(stage.id, "the second", files);
  }
  const { mailbox, texts } = await openMailbox(stage);
  await mailbox.catchUp(stage.signal);
  assertEquals(texts(), ["the second"]);
});

Deno.test("an agent's own upload is not fetched and no message, nor acknowledged", async () => {
  await using stage = await Stage.set();
  const { mailbox, ownUploads, texts } = await openMailbox(stage);
  const path = `${stage.stateDir}/report.txt`;
  await Deno.writeTextFile(path, "all is well");
  const [entry] = await uploadFiles(
    stage.client,
    [{ path, name: "report.txt", size: 11 }],
    stage.signal,
  );
  ownUploads.remember(entry?.uri ?? "");
  await mailbox.catchUp(stage.signal);
  assertEquals(texts(), []);
  assertEquals(uploadRequests(stage), []);
});

Deno.test("a file that cannot be had does not hold its message back", async () => {
  await using stage = await Stage.set();
  const { mailbox, queue } = await openMailbox(stage);
  const files = await stage.platform.uploadAsUser(stage.id, [FILE]);
  await stage.platform.sendAsUser(stage.id, "See attached", files);
  stage.platform.faults.use(({ path }) =>
    path.endsWith("/content")
      ? Response.json({ error: "pending upload not found or expired" }, { status: 404 })
      : undefined
  );
  await mailbox.catchUp(stage.signal);
  const [message] = queue.peek(1);
  assertEquals(message?.text, "See attached");
  assertEquals(message?.attachments?.[0]?.uri, files[0]?.uri);
  assertStringIncludes(stage.lines.join("\n"), "Cannot fetch the file tides.csv");
});

Deno.test("after a restart a file is where it was, though the platform no longer has it", async () => {
  await using stage = await Stage.set();
  const files = await stage.platform.uploadAsUser(stage.id, [FILE]);
  await stage.platform.sendAsUser(stage.id, "See attached", files);
  const before = await openMailbox(stage);
  await before.mailbox.catchUp(stage.signal);
  const after = await openMailbox(stage);
  await after.mailbox.catchUp(stage.signal);
  assertEquals(after.queue.peek(1), before.queue.peek(1));
  assertEquals(await fileOf(after.queue.peek(1)[0]), "06:12,4.1\n");
  assertEquals(uploadRequests(stage).filter((path) => path.endsWith("content")).length, 1);
  assertEquals(stage.lines, []);
});

Deno.test("a file of before the restart is found by a message of after it", async () => {
  await using stage = await Stage.set();
  const files = await stage.platform.uploadAsUser(stage.id, [FILE]);
  {
    const inbox = await openMailbox(stage);
    const { mailbox, queue } = inbox;
    await takeAlone(inbox, stage);
    await mailbox.pop(queue.peek(1)[0]?.activity_id ?? "");
  }
  await stage.platform.sendAsUser(stage.id, "About that file", files);
  const { mailbox, queue } = await openMailbox(stage);
  await mailbox.catchUp(stage.signal);
  assertEquals(await fileOf(queue.peek(1)[0]), "06:12,4.1\n");
});

Deno.test("popped files are not fetched again after a 410", async () => {
  await using stage = await Stage.set();
  const inbox = await openMailbox(stage);
  const { mailbox, queue } = inbox;
  await stage.platform.uploadAsUser(stage.id, [FILE]);
  await takeAlone(inbox, stage);
  await mailbox.pop(queue.peek(1)[0]?.activity_id ?? "");
  await stage.send("last");
  await mailbox.catchUp(stage.signal);
  stage.platform.clearRequests();
  stage.platform.pruneActivity(stage.id, ({ method }) => method === "message/send");
  await mailbox.catchUp(stage.signal);
  assertEquals(uploadRequests(stage), []);
});

/** Takes what no message names. */
async function takeAlone({ mailbox, pass }: TestMailbox, stage: Stage): Promise<void> {
  await mailbox.catchUp(stage.signal);
  pass(HOLD_MS);
  await mailbox.catchUp(stage.signal);
}

/** What is in the message's first file. */
async function fileOf(message: InboxMessage | undefined): Promise<string> {
  const uri = message?.attachments?.[0]?.uri ?? "";
  assertMatch(uri, /^workspace:.*\/chat-uploads\/[0-9a-f]{32}-tides\.csv$/);
  const path = uri.slice("workspace:".length);
  assert((await Deno.stat(path)).isFile);
  return await Deno.readTextFile(path);
}

function uploadRequests({ platform }: Stage): string[] {
  return platform.requests.map(({ path }) => path).filter((path) => path.includes("pending"));
}
