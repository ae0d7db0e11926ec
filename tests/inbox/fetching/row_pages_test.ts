import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { RowPages } from "../../../src/inbox/fetching/row_pages.ts";
import { PlatformError } from "../../../src/platform/errors/platform_error.ts";
import { FakeTime } from "../../support/fake_time.ts";
import { InboxHarness, isFetch } from "../inbox_harness.ts";

/** More than a call takes. */
const LONG_BODY = `["${"x".repeat(17 * 1024 * 1024)}"]`;

/** Answers as if every row were so long that ten of them are too much for a call. */
function serveLongRows(harness: InboxHarness): void {
  harness.platform.faults.use((request) => {
    if (!isFetch(request)) return undefined;
    const limit = Number(request.query.limit);
    return limit >= 10 ? new Response(LONG_BODY) : Response.json(Array(limit).fill({}));
  });
}

function limits(harness: InboxHarness): number[] {
  return harness.fetches.map(({ query }) => Number(query.limit));
}

Deno.test("an answer with less than the platform's default limit was not cut", async () => {
  await using harness = await InboxHarness.start();
  for (const [count, full] of [[0, false], [99, false], [100, true], [500, true]] as const) {
    const stop = harness.platform.faults.use(() =>
      Response.json(Array.from({ length: count }, (_, id) => ({ id })))
    );
    assertEquals((await new RowPages(harness.client).fetch({}, harness.signal)).full, full);
    stop();
  }
});

Deno.test("a heap of long messages is fetched in smaller answers", async () => {
  await using harness = await InboxHarness.start();
  serveLongRows(harness);
  const pages = new RowPages(harness.client);
  const { rows, full } = await pages.fetch({}, harness.signal);
  assertEquals([rows.length, full], [8, true]);
  assertEquals(limits(harness), [500, 125, 32, 8]);
});

Deno.test("behind the heap the answers grow again", async () => {
  await using harness = await InboxHarness.start();
  serveLongRows(harness);
  const pages = new RowPages(harness.client);
  await pages.fetch({}, harness.signal);
  harness.platform.faults.clear();
  harness.platform.clearRequests();
  for (let fetch = 0; fetch < 8; fetch++) await pages.fetch({ sinceSecs: 600 }, harness.signal);
  assertEquals(limits(harness), [16, 32, 64, 128, 256, 500, 500, 500]);
});

Deno.test("a single message that is too long is reported, not requested forever", async () => {
  await using harness = await InboxHarness.start();
  const chunk = new TextEncoder().encode("x".repeat(1024 * 1024));
  harness.platform.faults.use(({ query }) =>
    query.limit !== "1"
      ? new Response(LONG_BODY)
      : new Response(new ReadableStream({ pull: (controller) => controller.enqueue(chunk) }))
  );
  const error = await assertRejects(
    () => new RowPages(harness.client).fetch({}, harness.signal),
    PlatformError,
  );
  assertStringIncludes(error.message, "larger than");
  assertEquals(limits(harness), [500, 125, 32, 8, 2, 1]);
});

Deno.test("after an answer that took too long the next one is smaller", async () => {
  await using harness = await InboxHarness.start();
  harness.platform.faults.use(() => "hang");
  using time = new FakeTime();
  const pages = new RowPages(harness.client);
  for (const limit of [500, 125]) {
    const asked = harness.platform.nextRequest(isFetch);
    const fetched = assertRejects(() => pages.fetch({}, harness.signal), PlatformError);
    assertEquals((await asked).query.limit, String(limit));
    time.tick(10_000);
    assertEquals((await fetched).kind, "timed_out");
  }
});
