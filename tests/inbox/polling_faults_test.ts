import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { deliveryFiles } from "../../src/inbox/state/delivery_files.ts";
import { FetchAllowance } from "../../src/inbox/fetching/fetch_allowance.ts";
import type { PollSituation } from "../../src/inbox/fetching/poll_schedule.ts";
import { Poller } from "../../src/inbox/fetching/poller.ts";
import { type FaultOutcome, truncated } from "../../src/local/platform.ts";
import { FakeTime } from "../support/fake_time.ts";
import { isFetch, openMailbox, Stage, type TestMailbox } from "./stage.ts";

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
    await using stage = await Stage.set();
    const box = await openMailbox(stage);
    const situations = startPolling(stage, box);
    await stage.send("before");
    await popNext(stage, box, "before");
    const end = stage.platform.faults.use((request) => isFetch(request) ? fault() : undefined);
    await failing(situations, 1);
    const { state } = deliveryFiles(stage.stateDir, stage.id, undefined);
    const stateBefore = await Deno.readTextFile(state);
    stage.platform.clearRequests();
    await stage.send("after");
    await failing(situations, 4);
    assertEquals(await Deno.readTextFile(state), stateBefore);
    end();
    await popNext(stage, box, "after");
    // From the old row while it fails, from the new one after that; how many of each is chance.
    const [before, after] = stage.platform.activity(stage.id).map(({ id }) => id);
    const positions = stage.fetches.map(({ query }) => query.since_id);
    const failed = positions.filter((id) => id === before).length;
    assert(failed > 0);
    assertEquals(positions, positions.map((_, index) => index < failed ? before : after));
    assertEquals(stage.lines.length, 1, stage.lines.join("\n"));
  });
}

Deno.test("429: the platform gets the time that it asks for", async () => {
  await using stage = await Stage.set();
  const box = await openMailbox(stage);
  const end = stage.platform.faults.use((request) =>
    isFetch(request)
      ? Response.json({ error: "rate limit exceeded" }, {
        status: 429,
        headers: { "Retry-After": "42" },
      })
      : undefined
  );
  const situations: PollSituation[] = [];
  const asked = Promise.withResolvers<void>();
  startPolling(stage, box, (situation) => {
    situations.push(situation);
    asked.resolve();
    return 1;
  });
  await asked.promise;
  end();
  assertEquals(situations[0]?.retryAfterMs, 42_000);
  await stage.send("after");
  await popNext(stage, box, "after");
  assertEquals(situations.at(-1)?.retryAfterMs, undefined);
});

Deno.test("no answer at all: after ten seconds the next attempt", async () => {
  await using stage = await Stage.set();
  const box = await openMailbox(stage);
  await stage.send("after");
  const end = stage.platform.faults.use((request) => isFetch(request) ? "hang" : undefined);
  using time = new FakeTime();
  const asked = stage.platform.nextRequest(isFetch);
  startPolling(stage, box, () => 1);
  await asked;
  end();
  const askedAgain = stage.platform.nextRequest(isFetch);
  time.tick(10_000);
  await time.until(askedAgain);
  // What is left needs no time, and the reading of an answer is not seen as something under way.
  const message = await time.atOnce(box.queue.wait(60_000, stage.signal));
  assertEquals(message?.text, "after");
});

Deno.test("401: a token that is rotated in its file heals it without a restart", async () => {
  await using stage = await Stage.set();
  const tokenFile = join(stage.stateDir, ".auth_token");
  await Deno.writeTextFile(tokenFile, stage.token, { mode: 0o600 });
  const box = await openMailbox(stage, { tokenFile });
  const situations = startPolling(stage, box);
  await stage.send("before");
  await popNext(stage, box, "before");
  stage.platform.revokeTokens(stage.id);
  await failing(situations, 1);
  await Deno.writeTextFile(tokenFile, await stage.platform.createToken(stage.id));
  await stage.send("after");
  await popNext(stage, box, "after");
  assert(stage.lines.every((line) => !line.includes(stage.token)));
});

/** Polls until the stage is struck, without the schedule's patience; notes each situation. */
function startPolling(
  stage: Stage,
  { mailbox }: TestMailbox,
  pace?: (situation: PollSituation) => number,
): readonly PollSituation[] {
  const situations: PollSituation[] = [];
  const poller = new Poller(mailbox, {
    workspaceId: stage.id,
    surroundings: () => ({ waiting: true, streaming: false, workspaces: 1 }),
    allowance: new FetchAllowance(),
    log: stage.log,
    pace: pace ?? ((situation) => {
      situations.push(situation);
      return 2;
    }),
  });
  stage.runs(poller.run(stage.signal));
  return situations;
}

/** Resolves when so many fetches in a row have failed. */
async function failing(situations: readonly PollSituation[], count: number): Promise<void> {
  while ((situations.at(-1)?.failures ?? 0) < count) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

async function popNext(stage: Stage, { mailbox, queue }: TestMailbox, text: string): Promise<void> {
  const message = await queue.wait(60_000, stage.signal);
  assertEquals(message?.text, text);
  await mailbox.pop(message?.activity_id ?? "");
}
