import { assertEquals, assertStringIncludes } from "@std/assert";
import { basename, join } from "@std/path";
import { deliveryFiles } from "../../src/inbox/state/delivery_files.ts";
import type { InboxMessage } from "../../src/inbox/message.ts";
import { SentFiles } from "../../src/inbox/files/sent_files.ts";
import { MessageQueue } from "../../src/inbox/queue.ts";
import { WorkspaceInbox } from "../../src/inbox/workspace_inbox.ts";
import type { RecordedRequest } from "../../src/local/server/recorder.ts";
import { FakeTime } from "../support/fake_time.ts";
import { InboxHarness } from "./inbox_harness.ts";

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

Deno.test("while it stands by it fetches nothing, then it goes on where the other one ended", async () => {
  await using harness = await InboxHarness.start();
  await harness.send("a", "b");
  const first = receive(harness);
  const head = await first.queue.wait(PATIENCE_MS, harness.signal);
  assertEquals(await first.inbox.pop(head?.activity_id ?? ""), true);

  const second = receive(harness);
  await second.inbox.settled;
  assertEquals([first.inbox.delivering, second.inbox.delivering], [true, false]);
  assertEquals(await second.inbox.holder(), `process ${Deno.pid}`);
  assertEquals(await second.inbox.pop(head?.activity_id ?? ""), false);
  assertStringIncludes(harness.lines.join("\n"), "standing by");

  await first.stop();
  assertEquals((await second.queue.wait(PATIENCE_MS, harness.signal))?.text, "b");
  assertEquals([first.inbox.delivering, second.inbox.delivering], [false, true]);
  assertEquals(second.queue.peek(Infinity).length, 1);
});

Deno.test({
  name: "a lock file that was removed pauses delivery within 5 s, until it is locked again",
  ignore: Deno.build.os === "windows", // It does not remove a file that is open.
  fn: async () => {
    await using harness = await InboxHarness.start();
    await harness.send("a");
    const { lock } = deliveryFiles(harness.stateDir, harness.id, undefined);
    using time = new FakeTime();
    const first = receive(harness);
    await time.until(first.inbox.settled);
    await Deno.remove(lock);
    const second = receive(harness);
    await time.until(second.inbox.settled);
    assertEquals([first.inbox.delivering, second.inbox.delivering], [true, true]);
    await time.run(5_000);
    assertEquals([first.inbox.delivering, second.inbox.delivering], [false, true]);
    assertEquals(
      first.queue.peek(Infinity).length,
      0,
      "what it had to offer is the other one's now",
    );
    assertStringIncludes(harness.lines.join("\n"), "was removed or replaced");

    const taken = (async () => {
      while (!first.inbox.delivering) await new Promise((resolve) => setTimeout(resolve, 100));
    })();
    await time.until(second.stop());
    await time.until(taken);
    assertEquals((await time.until(first.queue.wait(PATIENCE_MS, harness.signal)))?.text, "a");
    await time.until(harness.stop());
  },
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

Deno.test("a pop that is under way at the end is on disk before the next one delivers", async () => {
  await using harness = await InboxHarness.start();
  for (let round = 0; round < 5; round++) {
    await harness.send(`popped ${round}`);
    const first = receive(harness);
    const message = await first.queue.wait(PATIENCE_MS, harness.signal);
    const popping = first.inbox.pop(message?.activity_id ?? "");
    await first.stop();
    assertEquals(await popping, true);

    const next = receive(harness);
    await harness.send(`next ${round}`);
    const head = await next.queue.wait(PATIENCE_MS, harness.signal);
    assertEquals(head?.text, `next ${round}`);
    await next.inbox.pop(head?.activity_id ?? "");
    await next.stop();
  }
});

Deno.test("a state directory that cannot be used is told, to the log and to who asks, and tried again", async () => {
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

interface Receiving {
  readonly inbox: WorkspaceInbox;
  readonly queue: MessageQueue;
  /** The first message. */
  readonly arrival: Promise<InboxMessage>;
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Receives for the harness's workspace, until it is stopped or the harness is disposed of. */
function receive(
  harness: InboxHarness,
  { files = deliveryFiles(harness.stateDir, harness.id, undefined) } = {},
): Receiving {
  const stop = new AbortController();
  const queue = new MessageQueue({ onWaiting: () => inbox.pollNow() });
  const arrival = Promise.withResolvers<InboxMessage>();
  const inbox = new WorkspaceInbox({
    client: harness.client,
    files,
    stateDir: harness.stateDir,
    queue,
    sentFiles: new SentFiles(),
    tagArrival: false,
    workspaceCount: 1,
    onMessage: arrival.resolve,
    log: harness.log,
  });
  const ended = inbox.run(AbortSignal.any([harness.signal, stop.signal]));
  harness.runs(ended);
  return {
    inbox,
    queue,
    arrival: arrival.promise,
    ended,
    stop: async () => {
      stop.abort();
      await ended;
    },
  };
}

function isStream({ path }: RecordedRequest): boolean {
  return path.endsWith("/events/stream");
}
