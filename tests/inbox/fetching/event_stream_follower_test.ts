import { assert, assertEquals } from "@std/assert";
import {
  EventStreamFollower,
  type StreamTiming,
} from "../../../src/inbox/fetching/event_stream_follower.ts";
import { FakeTime } from "../../support/fake_time.ts";
import { InboxHarness } from "../inbox_harness.ts";
import { attempts, isStream, streams } from "./made_up_stream.ts";

const MINUTE_MS = 60_000;
const ROW = 'data: {"type":"ACTIVITY_LOGGED","data":{"activity_type":"a2a_receive"}}\n\n';
const HEARTBEAT = 'data: {"type":"WORKSPACE_HEARTBEAT","data":{}}\n\n';

Deno.test("a connection wakes the poller, and so does each row", async () => {
  await using harness = await InboxHarness.start();
  const follower = follow(harness);
  await follower.wakes(1);
  await harness.send("a");
  await follower.wakes(2);
  await harness.send("b");
  await follower.wakes(3);
});

Deno.test("it counts as alive from the first event on, not from the first bytes", async () => {
  await using harness = await InboxHarness.start();
  const follower = follow(harness);
  await follower.wakes(1);
  assertEquals(follower.alive, false);
  await harness.send("a");
  await follower.wakes(2);
  assertEquals(follower.alive, true);
});

Deno.test("heartbeats and garbage wake nobody", async () => {
  await using harness = await InboxHarness.start();
  const garbage = [
    "data: {}\n\n",
    "data: [1\n\n",
    "\u0000\n",
    "event: x\ndata: 7\n\n",
    "data:\n\n",
  ];
  streams(harness, (stream) => stream.send(HEARTBEAT + garbage.join("") + ROW));
  const follower = follow(harness);
  await follower.wakes(2);
  assertEquals(follower.count, 2);
  assertEquals(follower.alive, true);
});

Deno.test("when a live stream ends the poller is woken and the stream opened again", async () => {
  await using harness = await InboxHarness.start();
  streams(harness, (stream, count) => {
    stream.send(HEARTBEAT);
    if (count === 1) stream.end();
  });
  const follower = follow(harness, { ...FAST, unavailableMs: 1 });
  await follower.wakes(3);
  assert(harness.platform.requests.length >= 2);
  while (!follower.alive) await follower.wakes(follower.count + 1);
});

Deno.test("a connection that is refused is tried again, ever more rarely", async () => {
  await using harness = await InboxHarness.start();
  harness.platform.faults.use(() => "drop");
  using time = new FakeTime();
  follow(harness);
  await time.run(MINUTE_MS);
  const inAMinute = attempts(harness);
  assert(inAMinute >= 4 && inAMinute <= 6, `${inAMinute} in the first minute`);
  await time.run(30 * MINUTE_MS);
  const perMinute = (attempts(harness) - inAMinute) / 30;
  assert(perMinute >= 0.7 && perMinute <= 1.4, `${perMinute} a minute later`);
  await time.until(harness.stop());
});

for (
  const [chance, seconds] of [
    // After 2, 4, 8, 16, 32 and then 60 s, a quarter less or more.
    [0, [1.5, 4.5, 10.5, 22.5, 46.5, 91.5, 136.5]],
    [0.5, [2, 6, 14, 30, 62, 122, 182]],
    [1, [2.5, 7.5, 17.5, 37.5, 77.5, 152.5, 227.5]],
  ] as const
) {
  Deno.test(`the pauses between attempts grow to a minute, by chance ${chance} of it`, async () => {
    await using harness = await InboxHarness.start();
    const atMs: number[] = [];
    using time = new FakeTime();
    harness.platform.faults.use((request) => {
      if (isStream(request)) atMs.push(time.elapsedMs);
      return "drop";
    });
    follow(harness, undefined, () => chance);
    await time.run((seconds.at(-1) ?? 0) * 1_000 + 1);
    assertEquals(atMs.map((ms) => Math.round(ms / 100) / 10), [0, ...seconds]);
    await time.until(harness.stop());
  });
}

Deno.test("a stream that ends after a moment, each time, is as bad as none", async () => {
  await using harness = await InboxHarness.start();
  streams(harness, (stream) => {
    stream.send(HEARTBEAT);
    stream.end();
  });
  using time = new FakeTime();
  const follower = follow(harness);
  await time.run(30 * MINUTE_MS);
  assert(attempts(harness) <= 45, `${attempts(harness)} attempts`);
  assert(follower.count <= 3 * 45, `${follower.count} wake-ups`);
  await time.until(harness.stop());
});

for (
  const [name, answer] of [
    ["404 for the stream", () => Response.json({ error: "workspace not found" }, { status: 404 })],
    ["an empty 404", () => new Response(null, { status: 404 })],
    [
      "a web page with 200",
      () => new Response("<html></html>", { headers: { "Content-Type": "text/html" } }),
    ],
  ] as const
) {
  Deno.test(`${name} is remembered for some minutes`, async () => {
    await using harness = await InboxHarness.start();
    harness.platform.faults.use(answer);
    using time = new FakeTime();
    const follower = follow(harness);
    await time.run(7 * MINUTE_MS);
    assertEquals([attempts(harness), follower.count], [1, 0]);
    await time.run(6 * MINUTE_MS);
    assertEquals(attempts(harness), 2);
    await time.until(harness.stop());
  });
}

for (const first of ["", ": ping\n\n"]) {
  Deno.test(`a proxy that passes ${first ? "only the first bytes" : "nothing"} on is noticed and remembered`, async () => {
    await using harness = await InboxHarness.start();
    streams(harness, (stream) => {
      if (first) stream.send(first);
    });
    using time = new FakeTime();
    const follower = follow(harness);
    await time.run(69_000);
    assertEquals([attempts(harness), follower.alive], [1, false]);
    await time.run(7 * MINUTE_MS);
    assertEquals(attempts(harness), 1);
    await time.run(7 * MINUTE_MS);
    assertEquals(attempts(harness), 2);
    await time.until(harness.stop());
  });
}

Deno.test("a proxy that holds back even the headers is noticed and remembered", async () => {
  await using harness = await InboxHarness.start();
  const end = harness.platform.faults.use(() => "hang");
  using time = new FakeTime();
  const asked = harness.platform.nextRequest(isStream);
  follow(harness);
  const { answered } = await asked;
  end();
  time.tick(70_000);
  assertEquals(await answered, "hang");
  await time.run(7 * MINUTE_MS);
  assertEquals(attempts(harness), 1);
  await time.until(harness.stop());
});

Deno.test("a stream that dies without a word is noticed, and opened again at once", async () => {
  await using harness = await InboxHarness.start();
  streams(harness, (stream) => stream.send(HEARTBEAT));
  using time = new FakeTime();
  const follower = follow(harness);
  await time.run(69_000);
  assertEquals([attempts(harness), follower.alive, follower.count], [1, true, 1]);
  await time.run(3_000);
  assertEquals([attempts(harness), follower.alive], [2, true]);
  assertEquals(follower.count, 3, "woken by its death and by the new connection");
  await time.until(harness.stop());
});

Deno.test("Retry-After is honoured", async () => {
  await using harness = await InboxHarness.start();
  harness.platform.faults.use(() =>
    Response.json({ error: "rate limit exceeded" }, {
      status: 429,
      headers: { "Retry-After": "50" },
    })
  );
  using time = new FakeTime();
  follow(harness);
  await time.run(49_000);
  assertEquals(attempts(harness), 1);
  await time.run(10_000);
  assertEquals(attempts(harness), 2);
  await time.until(harness.stop());
});

Deno.test("the signal ends it while connected: no stream is left, and not a word is said", async () => {
  await using harness = await InboxHarness.start();
  const follower = follow(harness);
  await follower.wakes(1);
  await harness.send("a");
  await follower.wakes(2);
  assertEquals(follower.alive, true);
  await harness.stop();
  assertEquals(harness.lines, []);
  assertEquals(follower.alive, false);
  // The server learns of it a moment later.
  while (harness.platform.streamCount(harness.id) > 0) {
    await new Promise((done) => setTimeout(done, 5));
  }
});

/** Times for tests that let them pass. */
const FAST: StreamTiming = {
  silenceMs: 60_000,
  stableMs: 60_000,
  retry: { firstMs: 1, longestMs: 5 },
  unavailableMs: 60_000,
};

/** Follows the harness's workspace until the harness is disposed of. */
function follow(harness: InboxHarness, timing?: StreamTiming, random?: () => number) {
  let count = 0;
  const waiting = new Set<() => void>();
  const follower = new EventStreamFollower(harness.client, {
    log: harness.log,
    onRow: () => {
      count += 1;
      for (const tell of waiting) tell();
      waiting.clear();
    },
    ...(timing && { timing }),
    ...(random && { random }),
  });
  harness.runs(follower.run(harness.signal));
  return {
    get alive() {
      return follower.alive;
    },
    get count() {
      return count;
    },
    /** Resolves once the poller was woken so many times. */
    wakes: async (wanted: number) => {
      while (count < wanted) await new Promise<void>((resolve) => waiting.add(resolve));
    },
  };
}
