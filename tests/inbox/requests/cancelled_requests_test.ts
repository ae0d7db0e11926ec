import { assert, assertEquals } from "@std/assert";
import { cancelRequest } from "../../../src/platform/api/requests.ts";
import { askingHarness, assertWaiting, openWatch, raise } from "./watch_support.ts";

const GRACE_MS = 30_000;

Deno.test("a request that a person cancelled is told soon, once, and durably", async () => {
  await using harness = await askingHarness();
  const { asked } = harness;
  const first = await openWatch(asked);
  const id = await raise(harness);
  await asked.platform.cancelRequestAsPerson(id);
  await first.look();
  first.pass(GRACE_MS - 1);
  await first.look();
  assertWaiting(first.queue, []);
  first.pass(1);
  await first.look();
  await first.look();
  const [message] = first.queue.peek(2);
  assertEquals(message, {
    activity_id: `closed-${id}`,
    kind: "request_closed",
    text: "Never mind",
    peer_id: "",
    method: "",
    request_id: id,
    request_kind: "task",
    request_title: "Never mind",
    by: undefined,
    created_at: message?.created_at ?? "",
    note:
      "your task was cancelled, by the user or elsewhere with this workspace's token: nobody will " +
      "decide it",
  });
  assert(!Number.isNaN(Date.parse(message?.created_at ?? "")));
  assert(await first.watch.pop(`closed-${id}`));
  await first.close();
  const second = await openWatch(asked);
  await second.look();
  second.pass(GRACE_MS);
  await second.look();
  assertWaiting(second.queue, []);
});

Deno.test("that a request was cancelled is a change, after which looks come soon", async () => {
  await using harness = await askingHarness();
  const { look, clock } = await openWatch(harness.asked);
  const id = await raise(harness);
  for (let looks = 0; looks < 3; looks++) await look();
  assertEquals(clock.outcomes.at(-1)?.unchanged, 2);
  await harness.asked.platform.cancelRequestAsPerson(id);
  await look();
  assertEquals(clock.outcomes.at(-1)?.unchanged, 0);
});

Deno.test("one that the agent itself took back is no news to it", async () => {
  await using harness = await askingHarness();
  const { asked } = harness;
  const { queue, look, pass, told } = await openWatch(asked);
  const id = await raise(harness);
  await cancelRequest(asked.client, id, asked.signal);
  await look();
  await told.add(id);
  pass(GRACE_MS);
  await look();
  assertWaiting(queue, []);
});
