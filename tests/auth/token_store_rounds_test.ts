import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { TokenStore } from "../../src/auth/token_store.ts";
import { FakeTime } from "../support/fake_time.ts";
import { TestDir } from "../support/test_dir.ts";
import { storeOf } from "./support.ts";

const never = new AbortController().signal;

/** What a call sends to a platform that takes these tokens; undefined while it is held back. */
async function call(
  store: TokenStore,
  good: readonly string[] = [],
): Promise<string[] | undefined> {
  const pass = await store.admit(never);
  if ("heldBackMs" in pass) return undefined;
  const sent: string[] = [];
  try {
    do {
      sent.push(pass.token ?? "");
      if (good.includes(pass.token ?? "")) {
        pass.accepted();
        break;
      }
    } while (await pass.refused());
    return sent;
  } finally {
    pass.end();
  }
}

Deno.test("refused tokens are all tried again in turn, ever more rarely, at least once a minute", async () => {
  using time = new FakeTime();
  const { store } = storeOf({ inlineToken: "stale", random: () => 1 });
  const sentAtMs: number[] = [];
  while (time.elapsedMs < 400_000) {
    if (await call(store)) sentAtMs.push(time.elapsedMs);
    time.tick(1_000);
  }
  assertEquals(sentAtMs, [0, 2, 6, 14, 30, 62, 122, 182, 242, 302, 362].map((s) => s * 1_000));
});

Deno.test("the pauses are shortened by chance, never lengthened", async () => {
  using _time = new FakeTime();
  const { store } = storeOf({ inlineToken: "stale", random: () => 0.001 });
  await call(store);
  const pass = await store.admit(never);
  assert("heldBackMs" in pass && pass.heldBackMs > 1_400 && pass.heldBackMs < 2_000);
});

Deno.test("a success clears every mark and the pauses", async () => {
  await using dir = await TestDir.make();
  using time = new FakeTime();
  const filePath = await dir.write(".auth_token", "of-file");
  const { store } = storeOf({ filePath, inlineToken: "of-variable" });
  assertEquals(await call(store), ["of-file", "of-variable"]);
  time.tick(2_000);
  assertEquals(await call(store), ["of-file", "of-variable"]);
  time.tick(4_000);
  assertEquals(await call(store, ["of-variable"]), ["of-file", "of-variable"]);
  assertEquals([store.state, store.refusal], ["ready", undefined]);
  assertEquals(await call(store, ["of-variable"]), ["of-variable"], "the one that works");
  assertEquals(await call(store), ["of-variable", "of-file"], "the other one is no longer marked");
  time.tick(2_000);
  assert(await call(store), "the pauses began anew");
});

Deno.test("while they are held back a changed source is tried at once, and it alone", async () => {
  await using dir = await TestDir.make();
  using _time = new FakeTime();
  const filePath = await dir.write(".auth_token", "one");
  const { store } = storeOf({ filePath, inlineToken: "two" });
  await call(store);
  assertEquals(await call(store), undefined);
  await dir.write(".auth_token", "three");
  assertEquals(await call(store), ["three"]);
  assertEquals(await call(store), undefined);
  await dir.write(".auth_token", "one");
  assertEquals(await call(store), ["one"], "although it was refused before, and it alone");
  await dir.write(".auth_token", "three");
  assertEquals(await call(store, ["three"]), ["three"]);
});

Deno.test("the refusal says since when, until a success, and where the tokens are", async () => {
  await using dir = await TestDir.make();
  using time = new FakeTime();
  const filePath = await dir.write(".auth_token", "one");
  const { store } = storeOf({ filePath, inlineToken: "two" });
  assertEquals(store.refusal, undefined);
  const since = new Date();
  await call(store);
  time.tick(90_000);
  await call(store);
  assertEquals(store.refusal, {
    since,
    forMs: 90_000,
    tried: [
      { source: "file", label: filePath },
      { source: "inline", label: "MOLECULE_WORKSPACE_TOKEN" },
    ],
  });
});

Deno.test("many calls at once make one round, and all learn its outcome", async () => {
  for (const good of [[], ["two"]]) {
    await using dir = await TestDir.make();
    using time = new FakeTime();
    const filePath = await dir.write(".auth_token", "one");
    const { store } = storeOf({ filePath, inlineToken: "two" });
    await call(store);
    time.tick(2_000);
    const sent = await Promise.all(Array.from({ length: 100 }, () => call(store, good)));
    assertEquals(sent.filter((tokens) => tokens?.includes("one")).length, 1);
    assertEquals(
      sent.filter((tokens) => tokens?.at(-1) === "two").length,
      good.length === 0 ? 1 : 100,
    );
  }
});

Deno.test("a round that says nothing, such as a 500, leaves the next call to try", async () => {
  using time = new FakeTime();
  const { store } = storeOf({ inlineToken: "one" });
  await call(store);
  time.tick(2_000);
  const pass = await store.admit(never);
  assert("token" in pass);
  const next = call(store, ["one"]);
  pass.end();
  assertEquals(await next, ["one"]);
});

Deno.test("a call that takes long does not keep the others waiting for more than 5 s", async () => {
  using time = new FakeTime();
  const { store } = storeOf({ inlineToken: "one" });
  await call(store);
  await time.run(2_000);
  const slow = await store.admit(never);
  const startedAtMs = time.elapsedMs;
  assertEquals(await time.until(call(store, ["one"])), ["one"]);
  assertEquals(time.elapsedMs - startedAtMs, 5_000);
  assert("token" in slow);
  slow.end();
});

Deno.test("a waiting call ends with its signal", async () => {
  using time = new FakeTime();
  const { store } = storeOf({ inlineToken: "one" });
  await call(store);
  time.tick(2_000);
  const slow = await store.admit(never);
  const ending = new AbortController();
  const waiting = store.admit(ending.signal).then(() => "admitted", () => "ended");
  await time.untilQuiet();
  ending.abort();
  assertEquals(await waiting, "ended");
  assertEquals(time.timers, 0);
  assert("token" in slow);
  slow.end();
});

Deno.test("a sign that the platform is back brings the next round within two seconds", async () => {
  using time = new FakeTime();
  const { store } = storeOf({ inlineToken: "one" });
  while (time.elapsedMs < 200_000) {
    await call(store);
    time.tick(1_000);
  }
  store.hurry();
  time.tick(2_000);
  assertEquals(await call(store, ["one"]), ["one"]);
});

Deno.test("a call that tells more than the token is sent without waiting", async () => {
  using _time = new FakeTime();
  const { store } = storeOf({ inlineToken: "one" });
  await call(store);
  const pass = await store.admit(never, { always: true });
  assert("token" in pass && pass.token === "one");
  assertEquals(await pass.refused(), false);
  assertEquals(await call(store), undefined, "the pause is not over for that");
});

Deno.test("whatever happens: no call sends a token twice, and a good one is always found", async () => {
  await using dir = await TestDir.make();
  const NAMES = ["a", "b", "c", "d"];
  const step = fc.record({
    file: fc.option(fc.constantFrom(...NAMES)),
    mounted: fc.option(fc.constantFrom(...NAMES)),
    waitMs: fc.nat(70_000),
    good: fc.subarray(NAMES),
    atOnce: fc.integer({ min: 1, max: 5 }),
  });
  const filePath = dir.at(".auth_token");
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      using time = new FakeTime({ quietMs: 0 });
      await dir.write(".auth_token", "a");
      await dir.write("mounted", "b");
      const { store } = storeOf({ filePath, tokenFilePath: dir.at("mounted"), inlineToken: "c" });
      let [file, mounted] = ["a", "b"];
      for (const { good, waitMs, atOnce, ...written } of steps) {
        if (written.file) await dir.write(".auth_token", file = written.file);
        if (written.mounted) await dir.write("mounted", mounted = written.mounted);
        const calls = Array.from({ length: atOnce }, () => call(store, good));
        for (const sent of await Promise.all(calls)) {
          assertEquals(new Set(sent).size, sent?.length ?? 0, "each token at most once");
        }
        time.tick(waitMs);
      }
      time.tick(60_000);
      const there = [file, "c", mounted];
      for (const good of there) {
        // One that moved to another source while it was refused is marked by the first call.
        let sent = await call(store, [good]);
        time.tick(60_000);
        if (sent?.at(-1) !== good) sent = await call(store, [good]);
        assertEquals(sent?.at(-1), good, `${good} of ${there} is found`);
        time.tick(60_000);
      }
    }),
    { numRuns: 60 },
  );
});
