import { assertEquals, assertStringIncludes } from "@std/assert";
import { basename, join } from "@std/path";
import { deliveryFiles } from "../../src/inbox/state/delivery_files.ts";
import type { RecordedRequest } from "../../src/local/server/recorder.ts";
import { FakeTime } from "../support/fake_time.ts";
import { InboxHarness } from "./inbox_harness.ts";
import { receive } from "./workspace_inbox_support.ts";

const PATIENCE_MS = 60_000;

Deno.test("a message is there as soon as its event comes, without any time passing", async () => {
  await using harness = await InboxHarness.start();
  using time = new FakeTime();
  const { queue, arrival } = receive(harness);
  await time.untilQuiet();
  assertEquals(queue.peek(Infinity).length, 0);
  await harness.send("a");
  assertEquals((await time.atOnce(arrival)).text, "a");
  assertEquals(time.elapsedMs, 0);
  await time.until(harness.stop());
});

Deno.test("what comes between the first fetch and the connection of the stream is not left lying", async () => {
  await using harness = await InboxHarness.start();
  const opening = Promise.withResolvers<void>();
  harness.platform.faults.use(async (request) => {
    if (isStream(request)) await opening.promise;
    return undefined;
  });
  using time = new FakeTime();
  const fetched = harness.nextFetch();
  const { arrival } = receive(harness);
  await time.atOnce(fetched);
  await harness.send("a");
  opening.resolve();
  assertEquals((await time.atOnce(arrival)).text, "a");
  await time.until(harness.stop());
});

Deno.test("without a stream polling brings the message", async () => {
  await using harness = await InboxHarness.start();
  harness.platform.faults.use((request) =>
    isStream(request) ? new Response(null, { status: 404 }) : undefined
  );
  using time = new FakeTime();
  const fetched = harness.nextFetch();
  const { queue, arrival } = receive(harness);
  await time.atOnce(fetched);
  await harness.send("a");
  await time.run(4_900);
  assertEquals(queue.peek(Infinity).length, 0);
  await time.run(2_000);
  // What is left needs no time, and the reading of an answer is not seen as something under way.
  assertEquals((await time.atOnce(arrival)).text, "a");
  await time.until(harness.stop());
});

Deno.test("when the stream dies for good, polling is fast again at once", async () => {
  await using harness = await InboxHarness.start();
  let kill = () => {};
  harness.platform.faults.use((request) => {
    if (!isStream(request)) return undefined;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode("data: {}\n\n"));
        kill = () => controller.close();
      },
    });
    return new Response(body);
  });
  using time = new FakeTime();
  const { queue } = receive(harness);
  await time.run(20_000);
  harness.platform.faults.use((request) => isStream(request) ? "drop" : undefined);
  const fetched = harness.nextFetch();
  kill();
  await time.atOnce(fetched);
  await harness.send("a");
  await time.run(6_500);
  assertEquals(queue.peek(Infinity).length, 1);
  await time.until(harness.stop());
});

Deno.test("somebody begins to wait: it fetches at once", async () => {
  await using harness = await InboxHarness.start();
  harness.platform.faults.use((request) =>
    isStream(request) ? new Response(null, { status: 404 }) : undefined
  );
  using time = new FakeTime();
  const { queue } = receive(harness);
  await time.untilQuiet();
  await harness.send("a");
  const message = await time.atOnce(queue.wait(PATIENCE_MS, harness.signal));
  assertEquals([message?.text, time.elapsedMs], ["a", 0]);
  await time.until(harness.stop());
});

Deno.test("at the end nothing is offered any more, and no stream is left", async () => {
  await using harness = await InboxHarness.start();
  await harness.send("a");
  const { queue, inbox, stop } = receive(harness);
  const message = await queue.wait(PATIENCE_MS, harness.signal);
  await stop();
  assertEquals([queue.peek(Infinity).length, inbox.delivering], [0, false]);
  assertEquals(await inbox.pop(message?.activity_id ?? ""), false);
  while (harness.platform.streamCount(harness.id) > 0) {
    await new Promise((done) => setTimeout(done, 5));
  }
});

Deno.test("an unusable state directory is reported to the log and to whoever asks, and tried again", async () => {
  await using harness = await InboxHarness.start();
  const directory = join(harness.stateDir, "missing");
  using time = new FakeTime();
  const { inbox } = receive(harness, { files: deliveryFiles(directory, harness.id, undefined) });
  await time.until(inbox.settled);
  assertEquals([inbox.delivering, await inbox.holder()], [false, "another process"]);
  assertStringIncludes(inbox.trouble ?? "", "Check the state directory");
  assertEquals(harness.fetches.length, 0);
  const delivering = (async () => {
    while (!inbox.delivering) await new Promise((resolve) => setTimeout(resolve, 1_000));
  })();
  await time.run(70_000);
  assertEquals(harness.lines.length, 1, "told once, tried three times");
  await Deno.mkdir(directory);
  await time.until(delivering);
  assertEquals(inbox.trouble, undefined);
});

Deno.test("files of long ago are removed at the start and once a day", async () => {
  await using harness = await InboxHarness.start();
  const directory = join(harness.stateDir, "chat-uploads");
  await Deno.mkdir(directory);
  using time = new FakeTime();
  const old = async (hex: string) => {
    const path = join(directory, `${hex.repeat(32)}-a.txt`);
    await Deno.writeTextFile(path, "a");
    const longAgo = new Date(Date.now() - 31 * 86_400_000);
    await Deno.utime(path, longAgo, longAgo);
    return path;
  };
  const names = async () => await Array.fromAsync(Deno.readDir(directory), ({ name }) => name);
  await old("a");
  harness.platform.faults.use(() => new Response(null, { status: 404 }));
  const { inbox } = receive(harness);
  await time.until(inbox.settled);
  assertEquals(await names(), []);
  const young = await old("b");
  time.tick(86_000_000);
  await time.untilQuiet();
  assertEquals(await names(), [basename(young)], "not before its day");
  time.tick(400_000);
  while ((await names()).length > 0) await time.untilQuiet();
  await time.until(harness.stop());
});

function isStream({ path }: RecordedRequest): boolean {
  return path.endsWith("/events/stream");
}
