import { assertEquals, assertStringIncludes } from "@std/assert";
import { openMailbox, Stage } from "./stage.ts";

const NIL = "00000000-0000-0000-0000-000000000000";

Deno.test("an older platform that ignores since_id loses no message, and it is said once", async () => {
  await using stage = await Stage.set({ ignoresSinceId: true });
  const expected: string[] = [];
  let popped = 0;
  // A restart every three rounds; the agent is always a few messages behind.
  for (let life = 0; life < 3; life++) {
    const { mailbox, queue, texts } = await openMailbox(stage);
    for (let round = 0; round < 3; round++) {
      const news = Array.from({ length: 7 }, (_, index) => `${life} ${round} ${index}`);
      await stage.send(...news);
      expected.push(...news);
      await mailbox.catchUp(stage.signal);
      assertEquals(texts(), expected.slice(popped));
      for (const { activity_id } of queue.peek(5)) await mailbox.pop(activity_id);
      popped += 5;
    }
  }
  assertEquals(stage.lines.length, 1);
  assertStringIncludes(stage.lines[0] ?? "", "is an older platform");
  assertEquals(probes(stage), 3);
  assertEquals(stage.fetches.filter(({ query }) => query.since_id !== undefined), []);
});

Deno.test("a platform that heeds since_id is asked once, and nothing is said", async () => {
  await using stage = await Stage.set();
  const { mailbox, texts } = await openMailbox(stage);
  for (const text of ["one", "two", "three"]) {
    await stage.send(text);
    await mailbox.catchUp(stage.signal);
  }
  assertEquals([texts(), stage.lines, probes(stage)], [["one", "two", "three"], [], 1]);
  assertEquals(stage.fetches.at(-1)?.query.since_secs, undefined);
});

Deno.test("trouble while asking is trouble of the fetch, and it is asked again", async () => {
  await using stage = await Stage.set();
  const { mailbox, texts } = await openMailbox(stage);
  await stage.send("one");
  await mailbox.catchUp(stage.signal);
  const end = stage.platform.faults.use(({ path }) =>
    path.endsWith("/activity") ? new Response("Bad Gateway", { status: 502 }) : undefined
  );
  await stage.send("two");
  assertStringIncludes(String(await mailbox.catchUp(stage.signal).catch(String)), "502");
  end();
  await mailbox.catchUp(stage.signal);
  assertEquals(texts(), ["one", "two"]);
});

Deno.test("by time it asks for no more pages than it takes to reach what is handled", async () => {
  await using stage = await Stage.set({ ignoresSinceId: true });
  const { mailbox, queue, texts } = await openMailbox(stage);
  const sent = Array.from({ length: 450 }, (_, index) => `${index}`);
  const got: string[] = [];
  for (let start = 0; start < 450; start += 150) {
    await stage.send(...sent.slice(start, start + 150));
    await mailbox.catchUp(stage.signal);
    got.push(...texts());
    for (const { activity_id } of queue.peek(Infinity)) await mailbox.pop(activity_id);
  }
  assertEquals(got, sent);
  stage.platform.clearRequests();
  await mailbox.catchUp(stage.signal);
  assertEquals(stage.fetches.map(({ query }) => query.limit), ["100"]);
});

function probes({ platform }: Stage): number {
  return platform.requests.filter(({ query }) => query.since_id === NIL).length;
}
