import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { TokenStore } from "../../src/auth/token_store.ts";
import { TestDir } from "../support/test_dir.ts";
import { storeOf } from "./support.ts";

Deno.test("a refused token gives way to the next source that differs", async () => {
  await using dir = await TestDir.make();
  const { store } = storeOf({
    filePath: await dir.write(".auth_token", "stale"),
    inlineToken: "stale",
    tokenFilePath: await dir.write("mounted", "good"),
  });
  assertEquals(await store.get(), "stale");
  assertEquals(await store.refuse("stale"), "good");
  assertEquals(await store.get(), "good");
  assertEquals(store.state, "ready");
});

Deno.test("a token that was rotated on disk is found when the old one is refused", async () => {
  await using dir = await TestDir.make();
  const { store } = storeOf({ filePath: await dir.write(".auth_token", "old") });
  assertEquals(await store.get(), "old");
  await dir.write(".auth_token", "rotated");
  assertEquals(await store.refuse("old"), "rotated");
});

Deno.test("with every source stale a call tries each candidate once and ends", async () => {
  await using dir = await TestDir.make();
  const { store } = storeOf({
    filePath: await dir.write(".auth_token", "stale-1"),
    inlineToken: "stale-2",
    tokenFilePath: await dir.write("mounted", "stale-3"),
  });
  assertEquals(await tokensTried(store, []), ["stale-1", "stale-2", "stale-3"]);
  assertEquals(store.state, "refused");
  // Later calls, such as a heartbeat's, ask once with the token that counts most.
  assertEquals(await tokensTried(store, []), ["stale-1"]);
  assertEquals(await tokensTried(store, []), ["stale-1"]);
});

Deno.test("a call that got 401 succeeds with the rotated token in one more try", async () => {
  await using dir = await TestDir.make();
  const { store } = storeOf({ filePath: await dir.write(".auth_token", "old") });
  await store.get();
  await dir.write(".auth_token", "new");
  assertEquals(await tokensTried(store, ["new"]), ["old", "new"]);
  assertEquals(await tokensTried(store, ["new"]), ["new"]);
});

Deno.test("when all are refused a newcomer is found without a restart", async () => {
  await using dir = await TestDir.make();
  const { store } = storeOf({
    filePath: await dir.write(".auth_token", "stale-1"),
    inlineToken: "stale-2",
  });
  await tokensTried(store, []);
  await dir.write(".auth_token", "fresh");
  assertEquals(await store.get(), "fresh");
  assertEquals(store.state, "ready");
});

Deno.test("a success takes the refusal back", async () => {
  await using dir = await TestDir.make();
  const filePath = await dir.write(".auth_token", "token");
  const { store } = storeOf({ filePath });
  assertEquals(await store.refuse("token"), undefined);
  assertEquals(await store.get(), "token");
  assertEquals(store.state, "refused");
  store.accept("token");
  assertEquals(store.state, "ready");
  assertEquals(await store.get(), "token");
  await Deno.remove(filePath);
  assertEquals(await store.get(), "token", "cached again");
});

Deno.test("a refresh passes over refused tokens unless there is nothing else", async () => {
  await using dir = await TestDir.make();
  const { store } = storeOf({
    filePath: await dir.write(".auth_token", "stale"),
    inlineToken: "good",
  });
  await store.refuse("stale");
  assertEquals(await store.refresh(), "good");
  await store.refuse("good");
  assertEquals(await store.refresh(), "stale");
});

Deno.test("clear forgets the refusals", async () => {
  await using dir = await TestDir.make();
  const { store } = storeOf({
    filePath: await dir.write(".auth_token", "one"),
    inlineToken: "two",
  });
  await store.refuse("one");
  store.clear();
  assertEquals(await store.get(), "one");
});

Deno.test("a late refusal of an old token leaves the present one in use", async () => {
  await using dir = await TestDir.make();
  const filePath = await dir.write(".auth_token", "old");
  const { store } = storeOf({ filePath, inlineToken: "other" });
  await store.get();
  await store.save("new");
  await Deno.remove(filePath);
  assertEquals(await store.refuse("old"), "new");
  assertEquals(await store.get(), "new");
});

Deno.test("any number of calls refused at once with one token get the same next one", async () => {
  await using dir = await TestDir.make();
  const { store } = storeOf({
    filePath: await dir.write(".auth_token", "stale"),
    inlineToken: "next",
    tokenFilePath: await dir.write("mounted", "after-next"),
  });
  await store.get();
  const answers = await Promise.all(Array.from({ length: 100 }, () => store.refuse("stale")));
  assertEquals([...new Set(answers)], ["next"]);
  assertEquals(await store.get(), "next");
});

Deno.test("many calls refused at once with the last token all learn that none is left", async () => {
  await using dir = await TestDir.make();
  const { store } = storeOf({ filePath: await dir.write(".auth_token", "stale") });
  await store.get();
  const answers = await Promise.all(Array.from({ length: 100 }, () => store.refuse("stale")));
  assertEquals([...new Set(answers)], [undefined]);
  assertEquals(store.state, "refused");
});

Deno.test("calls at once, some refused with one token and some with the next, settle on the third", async () => {
  await using dir = await TestDir.make();
  const { store } = storeOf({
    filePath: await dir.write(".auth_token", "stale-1"),
    inlineToken: "stale-2",
    tokenFilePath: await dir.write("mounted", "good"),
  });
  await Promise.all(
    Array.from({ length: 20 }, (_, i) => store.refuse(`stale-${1 + i % 2}`)),
  );
  assertEquals(await store.get(), "good");
});

Deno.test("a call that is a token behind the others still ends with the good one", async () => {
  await using dir = await TestDir.make();
  const filePath = await dir.write(".auth_token", "stale-1");
  const tokenFilePath = await dir.write("mounted", "good");
  const { store } = storeOf({ filePath, inlineToken: "stale-2", tokenFilePath });
  assertEquals(await store.get(), "stale-1");
  const calls = Array.from({ length: 20 }, () => tokensTried(store, ["good"], "stale-1"));
  for (const tried of await Promise.all(calls)) assertEquals(tried.at(-1), "good");
});

Deno.test("whatever is refused and accepted, a refused token comes only when all are", async () => {
  await using dir = await TestDir.make();
  const names = ["a", "b", "c"];
  const step = fc.tuple(
    fc.constantFrom("refuse", "accept", "refresh", "get"),
    fc.constantFrom(...names),
  );
  const filePath = await dir.write(".auth_token", "a");
  const tokenFilePath = await dir.write("mounted", "c");
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const { store } = storeOf({ filePath, tokenFilePath, inlineToken: "b" });
      const refused = new Set<string>();
      for (const [action, token] of steps) {
        if (action === "refuse") {
          refused.add(token);
          const next = await store.refuse(token);
          assertEquals(next === undefined, refused.size === names.length);
          assertEquals(next !== undefined && refused.has(next), false);
        } else if (action === "accept") {
          refused.clear();
          store.accept(token);
        } else {
          const got = action === "get" ? await store.get() : await store.refresh();
          assertEquals(got !== undefined && refused.has(got), refused.size === names.length);
        }
      }
    }),
    { numRuns: 100 },
  );
});

/** What a call does: goes on to the next token for as long as the platform answers 401. */
async function tokensTried(
  store: TokenStore,
  good: readonly string[],
  first?: string,
): Promise<string[]> {
  const tried: string[] = [];
  for (let token = first ?? await store.get(); token !== undefined;) {
    tried.push(token);
    if (good.includes(token)) {
      store.accept(token);
      break;
    }
    token = await store.refuse(token);
  }
  return tried;
}
