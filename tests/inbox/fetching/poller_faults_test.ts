import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { deliveryFiles } from "../../../src/inbox/state/delivery_files.ts";
import { IdleFetchLimit } from "../../../src/inbox/fetching/idle_fetch_limit.ts";
import type { PollConditions } from "../../../src/inbox/fetching/poll_schedule.ts";
import { Poller } from "../../../src/inbox/fetching/poller.ts";
import { type FaultOutcome, truncated } from "../../../src/local/start.ts";
import { FakeTime } from "../../support/fake_time.ts";
import { InboxHarness, isFetch, openConsumer, type TestConsumer } from "../inbox_harness.ts";

const FAULTS: Record<string, () => FaultOutcome> = {
  "500": () => Response.json({ error: "query failed" }, { status: 500 }),
  "500 with another id in each": () =>
    Response.json({ error: `query failed (request ${crypto.randomUUID()})` }, { status: 500 }),
  "502 without a body": () => new Response(null, { status: 502 }),
  "401": () => Response.json({ error: "invalid workspace auth token" }, { status: 401 }),
  "403": () => new Response(null, { status: 403 }),
  "404": () => new Response(null, { status: 404 }),
  "a redirect": () =>
    new Response(null, { status: 302, headers: { Location: "http://evil.test" } }),
  "a web page": () => new Response("<html></html>", { headers: { "Content-Type": "text/html" } }),
  "an object": () => Response.json({ rows: [] }),
  "null": () => Response.json(null),
  "half a body": () => truncated('[{"id": "'),
  "a connection cut without a byte": () => "drop",
};

for (const [name, fault] of Object.entries(FAULTS)) {
  Deno.test(`${name}: the cursor stays, the message comes once it is over`, async () => {
    await using harness = await InboxHarness.start();
    const box = await openConsumer(harness);
    const situations = startPolling(harness, box);
    await harness.send("before");
    await popNext(harness, box, "before");
    const end = harness.platform.faults.use((request) => isFetch(request) ? fault() : undefined);
    await failing(situations, 1);
    const { state } = deliveryFiles(harness.stateDir, harness.id, undefined);
    const stateBefore = await Deno.readTextFile(state);
    harness.platform.clearRequests();
    await harness.send("after");
    await failing(situations, 4);
    assertEquals(await Deno.readTextFile(state), stateBefore);
    end();
    await popNext(harness, box, "after");
    // From the old row while it fails, from the new one after that; how many of each is chance.
    const [before, after] = harness.platform.activity(harness.id).map(({ id }) => id);
    const positions = harness.fetches.map(({ query }) => query.since_id);
    const failed = positions.filter((id) => id === before).length;
    assert(failed > 0);
    assertEquals(positions, positions.map((_, index) => index < failed ? before : after));
    assertEquals(harness.lines.length, 1, harness.lines.join("\n"));
  });
}

Deno.test("429: the platform gets the time that it asks for", async () => {
  await using harness = await InboxHarness.start();
  const box = await openConsumer(harness);
  const end = harness.platform.faults.use((request) =>
    isFetch(request)
      ? Response.json({ error: "rate limit exceeded" }, {
        status: 429,
        headers: { "Retry-After": "42" },
      })
      : undefined
  );
  const situations: PollConditions[] = [];
  const asked = Promise.withResolvers<void>();
  startPolling(harness, box, (situation) => {
    situations.push(situation);
    asked.resolve();
    return 1;
  });
  await asked.promise;
  end();
  assertEquals(situations[0]?.retryAfterMs, 42_000);
  await harness.send("after");
  await popNext(harness, box, "after");
  assertEquals(situations.at(-1)?.retryAfterMs, undefined);
});

Deno.test("no answer at all: after ten seconds the next attempt", async () => {
  await using harness = await InboxHarness.start();
  const box = await openConsumer(harness);
  await harness.send("after");
  const end = harness.platform.faults.use((request) => isFetch(request) ? "hang" : undefined);
  using time = new FakeTime();
  const asked = harness.platform.nextRequest(isFetch);
  startPolling(harness, box, () => 1);
  await asked;
  end();
  const askedAgain = harness.platform.nextRequest(isFetch);
  time.tick(10_000);
  await time.until(askedAgain);
  // What is left needs no time, and the reading of an answer is not seen as something under way.
  const message = await time.atOnce(box.queue.wait(60_000, harness.signal));
  assertEquals(message?.text, "after");
});

Deno.test("401: it recovers without a restart once the token is rotated in its file", async () => {
  await using harness = await InboxHarness.start();
  const tokenFile = join(harness.stateDir, ".auth_token");
  await Deno.writeTextFile(tokenFile, harness.token, { mode: 0o600 });
  const box = await openConsumer(harness, { tokenFile });
  const situations = startPolling(harness, box);
  await harness.send("before");
  await popNext(harness, box, "before");
  harness.platform.revokeTokens(harness.id);
  await failing(situations, 1);
  await Deno.writeTextFile(tokenFile, await harness.platform.createToken(harness.id));
  await harness.send("after");
  await popNext(harness, box, "after");
  assert(harness.lines.every((line) => !line.includes(harness.token)));
});

/** Polls until the harness is disposed of, without the schedule's patience; notes the conditions of each. */
function startPolling(
  harness: InboxHarness,
  { consumer }: TestConsumer,
  pace?: (situation: PollConditions) => number,
): readonly PollConditions[] {
  const situations: PollConditions[] = [];
  const poller = new Poller(consumer, {
    workspaceId: harness.id,
    conditions: () => ({ waiting: true, streaming: false, workspaceCount: 1 }),
    idleFetchLimit: new IdleFetchLimit(),
    log: harness.log,
    pace: pace ?? ((situation) => {
      situations.push(situation);
      return 2;
    }),
  });
  harness.runs(poller.run(harness.signal));
  return situations;
}

/** Resolves when so many fetches in a row have failed. */
async function failing(situations: readonly PollConditions[], count: number): Promise<void> {
  while ((situations.at(-1)?.failures ?? 0) < count) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

async function popNext(
  harness: InboxHarness,
  { consumer, queue }: TestConsumer,
  text: string,
): Promise<void> {
  const message = await queue.wait(60_000, harness.signal);
  assertEquals(message?.text, text);
  await consumer.pop(message?.activity_id ?? "");
}
