import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { addRequestMessage } from "../../../src/platform/api/requests.ts";
import { askingHarness, assertWaiting, openWatch } from "./watch_support.ts";

Deno.test("a pop that cannot be written fails, and its request still waits", async () => {
  await using harness = await askingHarness();
  const id = await harness.ask();
  const { watch, queue } = await openWatch(harness.asked);
  const path = join(harness.asked.stateDir, `.mcp_inbox_requests_${harness.asked.id}`);
  await Deno.mkdir(path);
  await assertRejects(() => watch.pop(id));
  assertWaiting(queue, [id]);
  await Deno.remove(path);
  assertEquals(await watch.pop(id), true);
});

Deno.test("a damaged file is reported, and what is open is told again", async () => {
  await using harness = await askingHarness();
  const { asked } = harness;
  const path = join(asked.stateDir, `.mcp_inbox_requests_${asked.id}`);
  const id = await harness.ask();
  for (
    const content of ["", "{", "[]", '{"version":2,"handled":[]}', '{"version":1,"handled":[7]}']
  ) {
    await Deno.writeTextFile(path, content, { mode: 0o600 });
    const { queue, close } = await openWatch(asked);
    assertWaiting(queue, [id]);
    await close();
    assertStringIncludes(asked.lines.pop() ?? "", "it is damaged. Open requests may be told again");
  }
});

Deno.test("a platform without requests is no problem, and said only to who wants to know it all", async () => {
  await using harness = await askingHarness({ version: "n2" });
  const { watch, look } = await openWatch(harness.asked);
  await look();
  assertEquals(watch.problem, undefined);
  assertEquals(harness.asked.lines.filter((line) => line.includes("no requests")).length, 1);
});

Deno.test("a look that fails again is told, what is there is not forgotten, and it ends", async () => {
  await using harness = await askingHarness();
  const { asked } = harness;
  const id = await harness.ask();
  const { watch, queue, look } = await openWatch(asked);
  const end = asked.platform.faults.use(({ path }) =>
    path.endsWith("/requests/inbox") ? new Response(null, { status: 500 }) : undefined
  );
  await look();
  assertEquals(watch.problem, undefined);
  await look();
  assertStringIncludes(watch.problem ?? "", `Cannot look for requests to workspace ${asked.id}`);
  assertEquals(asked.lines.filter((line) => line.includes("Cannot look for requests")).length, 1);
  assertWaiting(queue, [id]);
  end();
  await look();
  assertEquals(watch.problem, undefined);
  // The next time it is told at once, not as the same trouble that goes on.
  asked.platform.faults.use(({ path }) =>
    path.endsWith("/requests/inbox") ? new Response(null, { status: 500 }) : undefined
  );
  await look();
  await look();
  assertEquals(asked.lines.filter((line) => line.includes("Cannot look for requests")).length, 2);
});

Deno.test("while everything fails, that alone is told", async () => {
  await using harness = await askingHarness();
  const { look } = await openWatch(harness.asked, { fetching: false });
  harness.asked.platform.faults.database();
  await look();
  await look();
  assertEquals(harness.asked.lines, []);
});

Deno.test("many looks read single requests in turns, at a limited rate, and find what is new", async () => {
  await using harness = await askingHarness();
  const { asked, asker } = harness;
  const ids: string[] = [];
  while (ids.length < 10) ids.push(await harness.ask());
  for (const id of ids) await addRequestMessage(asked.client, id, "Which?", asked.signal);
  const { queue, look, pass } = await openWatch(asked);
  asked.platform.clearRequests();
  const reads = () =>
    asked.platform.requests.filter(({ path }) => ids.some((id) => path.endsWith(id))).length;
  for (let looks = 0; looks < 9; looks++) await look();
  const before = reads();
  assert(before <= 20, `${before} reads`);
  await addRequestMessage(asker, ids[0] ?? "", "This one", asked.signal);
  await look();
  assertEquals(reads(), before);
  // Whichever has its turn: after ten more reads each had one.
  for (let passed = 0; passed < 10; passed++) {
    pass(10_000);
    await look();
  }
  assert(queue.peek(99).some(({ text }) => text === "This one"));
  // A new request is there at once all the same.
  const newest = await harness.ask();
  await look();
  assert(queue.peek(99).some(({ request_id: id }) => id === newest));
});

Deno.test("what was written to one request, and cannot be read, hides no other", async () => {
  await using harness = await askingHarness();
  const { asked, asker } = harness;
  const ids = [await harness.ask(), await harness.ask()];
  const [unreadable = "", readable = ""] = ids;
  for (const id of ids) await addRequestMessage(asked.client, id, "Which?", asked.signal);
  await addRequestMessage(asker, readable, "That one", asked.signal);
  asked.platform.faults.use(({ path }) =>
    path.endsWith(unreadable) ? new Response("<html>") : undefined
  );
  const { queue, watch } = await openWatch(asked);
  assertEquals(queue.peek(9).map(({ kind, request_id }) => [kind, request_id]), [
    ["request", unreadable],
    ["request", readable],
    ["request_message", readable],
  ]);
  assertEquals(watch.problem, undefined);
  assertStringIncludes(
    asked.lines[0] ?? "",
    `Cannot read what was written to request ${unreadable}`,
  );
});

Deno.test("a detail of many megabytes hides no other request, and is cut with the whole in a file", async () => {
  await using harness = await askingHarness();
  const long = await harness.ask({ detail: "x".repeat(12 * 1024 * 1024) });
  const longer = await harness.ask({ detail: "y".repeat(12 * 1024 * 1024) });
  const short = await harness.ask();
  const { queue } = await openWatch(harness.asked);
  assertWaiting(queue, [long, longer, short]);
  const [message] = queue.peek(1);
  assert((message?.text.length ?? 0) <= 64 * 1024);
  assertStringIncludes(message?.note ?? "", "the whole text is in the file /saved/message.txt");
});
