import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { PlatformError } from "../../../src/platform/errors/platform_error.ts";
import { FakeTime } from "../../support/fake_time.ts";
import { IDLE, platformError, ScriptedPoller } from "./scripted_poller.ts";

Deno.test("failures in a row slow it down, the first success ends that", async () => {
  using time = new FakeTime();
  await using scripted = new ScriptedPoller(
    (count) => {
      if (count <= 3) throw platformError({ retryAfterMs: count * 10 });
    },
    {
      pace: (conditions) => {
        scripted.conditions.push(conditions);
        return 1_000;
      },
    },
  );
  await time.run(4_500);
  assertEquals(scripted.conditions, [
    { ...IDLE, failures: 1, retryAfterMs: 10 },
    { ...IDLE, failures: 2, retryAfterMs: 20 },
    { ...IDLE, failures: 3, retryAfterMs: 30 },
    { ...IDLE, failures: 0, retryAfterMs: undefined },
    { ...IDLE, failures: 0, retryAfterMs: undefined },
  ]);
});

Deno.test("any other error is a failure too, and polling goes on", async () => {
  using time = new FakeTime();
  await using scripted = new ScriptedPoller((count) => {
    if (count === 1) throw new Error("No space left on device");
  });
  await time.run(20_000);
  assert(scripted.fetches >= 3);
  assertEquals(scripted.lines, [
    "[molecule-mcp] Cannot fetch messages of workspace w: No space left on device",
  ]);
});

Deno.test("what is wrong is known to whoever asks: not asked yet, failing for so long, or nothing", async () => {
  using time = new FakeTime();
  await using scripted = new ScriptedPoller((count) => {
    if (count > 1) throw platformError({});
  });
  const { poller } = scripted;
  assertEquals(poller.problem, {
    kind: "unheard",
    text: "The platform has not yet answered for workspace w",
  });
  await time.untilQuiet();
  assertEquals([poller.problem, poller.isRefused], [undefined, false]);
  poller.wake();
  await time.untilQuiet();
  time.tick(400);
  const text = "Cannot fetch messages of workspace w: it answered 500 (for 0 s";
  assertStringIncludes(poller.problem?.text ?? "", text);
  assertEquals([poller.problem?.kind, poller.isRefused], ["failing", false]);
});

Deno.test("whoever waits for the platform's first answer hears of it, whatever it is", async () => {
  for (const fails of [false, true]) {
    using time = new FakeTime();
    await using scripted = new ScriptedPoller(() => {
      if (fails) throw platformError({});
    });
    await time.atOnce(scripted.poller.asked);
    assertEquals(scripted.fetches, 1);
  }
});

Deno.test("a token that is refused is told apart from other trouble, until it is taken", async () => {
  using time = new FakeTime();
  await using scripted = new ScriptedPoller((count) => {
    if (count === 1) throw new PlatformError("unauthorized", "401", { maybeDelivered: false });
    if (count === 2) throw platformError({});
  });
  const seen: boolean[] = [];
  for (let count = 1; count <= 3; count++) {
    while (scripted.fetches < count) await time.run(1_000);
    await time.untilQuiet();
    seen.push(scripted.poller.isRefused);
  }
  assertEquals(seen, [true, false, false]);
});

Deno.test("trouble that stays is one line, trouble that comes back is another", async () => {
  using time = new FakeTime();
  await using scripted = new ScriptedPoller((count) => {
    if (count !== 4) throw platformError({});
  });
  await time.run(60_000);
  assert(scripted.fetches > 5);
  assertEquals(scripted.lines.length, 2);
});
