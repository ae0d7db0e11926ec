import { assert, assertEquals } from "@std/assert";
import { IdleFetchLimit } from "../../../src/inbox/fetching/idle_fetch_limit.ts";
import { Poller } from "../../../src/inbox/fetching/poller.ts";
import { Log } from "../../../src/safety/log.ts";
import { FakeTime } from "../../support/fake_time.ts";
import { IDLE, platformError, ScriptedPoller } from "./scripted_poller.ts";

Deno.test("it fetches at once, and then at the pace of the schedule", async () => {
  using time = new FakeTime();
  await using scripted = new ScriptedPoller(() => {});
  await time.untilQuiet();
  assertEquals(scripted.fetches, 1);
  await time.run(4_999);
  assertEquals(scripted.fetches, 1);
  await time.run(60_001);
  assert(scripted.fetches >= 10 && scripted.fetches <= 14, `${scripted.fetches} in a minute`);
});

Deno.test("what is held back is decided when its time has come, however slow the pace is", async () => {
  using time = new FakeTime();
  let dueInMs: number | undefined = 5_000;
  let fetches = 0;
  const consumer = {
    catchUp: () => {
      fetches += 1;
      if (fetches === 2) dueInMs = undefined;
      return Promise.resolve();
    },
    get dueInMs() {
      return dueInMs;
    },
  };
  const stop = new AbortController();
  const poller = new Poller(consumer, {
    workspaceId: "w",
    conditions: () => ({ ...IDLE, streaming: true }),
    idleFetchLimit: new IdleFetchLimit(),
    log: new Log({ write: () => {}, redactor: { redact: (text) => text }, verbose: false }),
  });
  const running = poller.run(stop.signal);
  await time.run(4_999);
  assertEquals(fetches, 1);
  await time.run(2);
  assertEquals(fetches, 2);
  await time.run(29_000);
  assertEquals(fetches, 2);
  stop.abort();
  await running;
});

Deno.test("a wake-up fetches at once, one during a fetch once more", async () => {
  using time = new FakeTime();
  await using scripted = new ScriptedPoller((count, poller) => {
    if (count === 2) poller.wake();
  });
  await time.untilQuiet();
  scripted.poller.wake();
  await time.untilQuiet();
  assertEquals(scripted.fetches, 3);
  assertEquals(time.elapsedMs, 0);
});

Deno.test("while the platform asks for patience no wake-up fetches", async () => {
  using time = new FakeTime();
  await using scripted = new ScriptedPoller(() => {
    throw platformError({ retryAfterMs: 30_000 });
  });
  await time.untilQuiet();
  for (let second = 0; second < 29; second++) {
    scripted.poller.wake();
    await time.run(1_000);
  }
  assertEquals(scripted.fetches, 1);
  await time.run(5_000);
  assertEquals(scripted.fetches, 2);
});

for (const sign of ["a heartbeat", "the stream", "a wait"]) {
  Deno.test(`after a long outage ${sign} brings the next fetch within 5 s, not at once for all`, async () => {
    using time = new FakeTime();
    let down = true;
    const fleet = Array.from({ length: 40 }, () =>
      new ScriptedPoller(() => {
        if (down) throw platformError({});
      }, { conditions: () => ({ ...IDLE, streaming: true }) }));
    try {
      await time.run(200_000); // Back-off has grown to more than a minute.
      down = false;
      const fetches = () => fleet.reduce((sum, { fetches }) => sum + fetches, 0);
      const before = fetches();
      for (const { poller } of fleet) {
        if (sign === "a heartbeat") poller.signOfLife();
        else if (sign === "a wait") poller.pollNow();
        else poller.wake();
      }
      await time.run(500);
      assert(fetches() - before < 20, `${fetches() - before} of 40 in half a second`);
      await time.run(4_500);
      assert(fetches() - before >= 40, `${fetches() - before} of 40 in 5 s`);
    } finally {
      for (const scripted of fleet) await scripted[Symbol.asyncDispose]();
    }
  });
}

Deno.test("while all is well a heartbeat causes no fetch", async () => {
  using time = new FakeTime();
  await using scripted = new ScriptedPoller(() => {});
  await time.untilQuiet();
  scripted.poller.signOfLife();
  await time.untilQuiet();
  assertEquals(scripted.fetches, 1);
});

Deno.test("a wake-up during the fetch that ends the trouble is not lost", async () => {
  using time = new FakeTime();
  await using scripted = new ScriptedPoller((count, poller) => {
    if (count === 1) throw platformError({});
    // The platform answered before the new row was there.
    if (count === 2) poller.wake();
  });
  await time.run(7_000);
  assertEquals(scripted.fetches, 3);
});

for (const [how, streaming, bound] of [["with", true, 120], ["without", false, 720]] as const) {
  Deno.test(`an hour of wake-ups for nothing ${how} the stream has no more fetches than a quiet one`, async () => {
    using time = new FakeTime();
    const idleFetchLimit = new IdleFetchLimit();
    await using scripted = new ScriptedPoller((count, poller) => {
      idleFetchLimit.spend();
      if (count % 3 === 0) idleFetchLimit.spend(); // As a 410 needs.
      poller.wake();
      if (count % 7 === 0) throw platformError({});
    }, { idleFetchLimit, conditions: () => ({ ...IDLE, streaming }) });
    await time.run(3_600_000);
    const requests = scripted.fetches + Math.floor(scripted.fetches / 3);
    assert(requests > bound / 2 && requests <= bound + 21, `${requests} in an hour`);
  });
}

Deno.test("what the agent asks for is not counted", async () => {
  using time = new FakeTime();
  const idleFetchLimit = new IdleFetchLimit();
  await using scripted = new ScriptedPoller(() => idleFetchLimit.spend(), {
    idleFetchLimit,
    conditions: () => ({ ...IDLE, streaming: true }),
  });
  await time.untilQuiet();
  for (let call = 0; call < 100; call++) {
    scripted.poller.pollNow();
    await time.untilQuiet();
  }
  assertEquals([scripted.fetches, time.elapsedMs], [101, 0]);
});

for (const [workspaces, freshForMs] of [[2, 800], [8, 2_000], [100, 5_000]] as const) {
  Deno.test(`of ${workspaces} workspaces, one that was just asked is not asked again by a wait`, async () => {
    using time = new FakeTime();
    let waiting = false;
    await using scripted = new ScriptedPoller(() => {}, {
      conditions: () => ({ waiting, streaming: true, workspaceCount: workspaces }),
    });
    await time.run(1);
    waiting = true;
    for (let call = 0; call < 10; call++) {
      scripted.poller.pollNow();
      await time.run((freshForMs - 10) / 10);
    }
    assertEquals(scripted.fetches, 1);
    await time.run(10);
    scripted.poller.pollNow();
    await time.untilQuiet();
    assertEquals(scripted.fetches, 2);
  });
}

Deno.test("a wait that asks for nothing changes the pace", async () => {
  using time = new FakeTime();
  let waiting = false;
  await using scripted = new ScriptedPoller(() => {}, {
    conditions: () => ({ waiting, streaming: true, workspaceCount: 100 }),
  });
  await time.run(1_000);
  waiting = true;
  scripted.poller.pollNow();
  await time.run(3_900);
  assertEquals(scripted.fetches, 1);
  await time.run(2_000); // The pace of a wait is 5 s, and at most 30 % more.
  assertEquals(scripted.fetches, 2);
});

Deno.test("a new row is fetched at once, also right after a wait that asked for nothing", async () => {
  using time = new FakeTime();
  await using scripted = new ScriptedPoller(() => {}, {
    conditions: () => ({ waiting: true, streaming: true, workspaceCount: 100 }),
  });
  await time.run(1);
  scripted.poller.pollNow();
  await time.untilQuiet();
  scripted.poller.wake();
  await time.untilQuiet();
  assertEquals(scripted.fetches, 2);
});

Deno.test("the signal ends it in a sleep, in patience and in a fetch", async () => {
  for (const state of ["sleep", "patience", "fetch"]) {
    const stop = new AbortController();
    const fetching = Promise.withResolvers<void>();
    const poller = new Poller({
      catchUp: async (signal) => {
        fetching.resolve();
        if (state === "patience") throw platformError({});
        if (state !== "fetch") return;
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        throw platformError({});
      },
    }, {
      workspaceId: "w",
      conditions: () => IDLE,
      idleFetchLimit: new IdleFetchLimit(),
      log: new Log({ write: () => {}, redactor: { redact: (text) => text }, verbose: false }),
    });
    const run = poller.run(stop.signal);
    await fetching.promise;
    stop.abort();
    await run;
  }
});
