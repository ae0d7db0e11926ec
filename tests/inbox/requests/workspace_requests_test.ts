import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { addRequestMessage, createRequest } from "../../../src/platform/api/requests.ts";
import { sleep } from "../../../src/lib/sleep.ts";
import { heartbeat } from "../../../src/platform/api/registry.ts";
import { RequestEvents } from "../../../src/inbox/requests/request_events.ts";
import { receive, type RunningInbox } from "../workspace_inbox_support.ts";
import { type AskingHarness, askingHarness } from "./watch_support.ts";

const REQUEST = "6f0d6a52-8c1e-4f2a-9a57-3f4a4c1d2e90";

/** The one that is asked receives, and its event stream is open. */
async function receiving({ asked }: AskingHarness): Promise<RunningInbox> {
  const running = receive(asked);
  await running.inbox.asked();
  while (asked.platform.streamCount(asked.id) === 0) {
    await asked.platform.nextRequest(({ path }) => path.endsWith("/events/stream"));
    await sleep(5);
  }
  return running;
}

const beat = ({ asked }: AskingHarness) =>
  heartbeat(asked.client, { uptimeSeconds: 1 }, asked.signal);

Deno.test("a request is there at once, because the event stream announces it", async () => {
  await using harness = await askingHarness();
  const { inbox, arrival } = await receiving(harness);
  const id = await harness.ask();
  const message = await arrival;
  assertEquals([message.kind, message.activity_id], ["request", id]);
  assertEquals(await inbox.pop(id), true);
});

Deno.test("a request from before the start is there after it", async () => {
  await using harness = await askingHarness();
  const id = await harness.ask();
  const { arrival } = receive(harness.asked);
  assertEquals((await arrival).activity_id, id);
});

Deno.test("a decision of a person comes with the next heartbeat, and has its own kind", async () => {
  await using harness = await askingHarness();
  const { asked } = harness;
  const { client, platform, signal } = asked;
  const running = await receiving(harness);
  const asking = { kind: "approval", title: "Delete it" } as const;
  const { id } = await createRequest(client, asking, signal);
  const event = running.inbox.requestEvents.next(60_000, signal);
  await platform.respondAsPerson(id, "approved");
  await event;
  assertEquals(running.answersHeld(), 1);
  await beat(harness);
  const { kind, request_id, request_kind, request_title, decision, by } = await running.arrival;
  assertEquals(
    { kind, request_id, request_kind, request_title, decision, by },
    {
      kind: "request_decision",
      request_id: id,
      request_kind: "approval",
      request_title: "Delete it",
      decision: "approved",
      by: "user",
    },
  );
  // There may be another one behind it.
  assertEquals(running.answersHeld(), 2);
});

Deno.test("a question of a person comes fenced in its own kind, and one's own words to it do not", async () => {
  await using harness = await askingHarness();
  const { asked } = harness;
  const { client, platform, signal } = asked;
  const running = await receiving(harness);
  const { id } = await createRequest(client, { kind: "task", title: 'A "quoted" one' }, signal);
  await addRequestMessage(client, id, "More about it", signal);
  await platform.messageAsPerson(id, "Which one?");
  await beat(harness);
  const message = await running.arrival;
  assertEquals(
    [message.kind, message.request_id, message.request_title, message.by],
    ["request_message", id, 'A "quoted" one', undefined],
  );
  assert(message.text.startsWith("Which one?"), message.text);
  assertEquals(running.queue.peek(9).length, 1);
});

Deno.test("the platform's reminder makes it look, and is the platform's", async () => {
  await using harness = await askingHarness();
  const { asked } = harness;
  const looks = () =>
    asked.platform.requests.filter(({ path }) => path.endsWith("/requests/inbox")).length;
  const running = await receiving(harness);
  while (looks() < 1) await asked.platform.nextRequest();
  const before = looks();
  const look = asked.platform.nextRequest(({ path }) => path.endsWith("/requests/inbox"));
  asked.platform.sendAsPlatform(asked.id, "You have 1 open request", `inbox-nudge-${asked.id}`);
  await beat(harness);
  assertEquals((await running.arrival).kind, "platform");
  await look;
  assert(looks() > before);
});

Deno.test("the agent's own word to a request makes it look, whenever it would have by itself", async () => {
  // Where there are no requests, the next look is an hour away.
  await using harness = await askingHarness({ version: "n2" });
  const { platform } = harness.asked;
  const isLook = ({ path }: { path: string }) => path.endsWith("/requests/inbox");
  const { inbox } = await receiving(harness);
  while (!platform.requests.some(isLook)) await platform.nextRequest();
  const look = platform.nextRequest(isLook);
  inbox.wroteToRequest();
  await look;
});

Deno.test("a user's message does not wait for what many looks at requests have cost", async () => {
  await using harness = await askingHarness();
  const { asked } = harness;
  const { platform } = asked;
  const { inbox, queue } = await receiving(harness);
  const ids: string[] = [];
  while (ids.length < 10) ids.push(await harness.ask());
  for (const id of ids) await addRequestMessage(asked.client, id, "Which one?", asked.signal);
  for (let looks = 0; looks < 2; looks++) {
    const last = platform.nextRequest(({ path }) => path.endsWith(ids[0] ?? ""));
    inbox.wroteToRequest();
    await last;
  }
  await platform.sendAsUser(asked.id, "Stop everything!");
  // Otherwise minutes.
  const patience = AbortSignal.any([asked.signal, AbortSignal.timeout(20_000)]);
  while (!patience.aborted && queue.peek(1)[0]?.kind !== "canvas_user") {
    await sleep(10);
  }
  assertEquals(queue.peek(1)[0]?.text, "Stop everything!");
});

Deno.test("that the agent took a request back is recorded, or the trouble is told", async () => {
  await using harness = await askingHarness();
  const { asked } = harness;
  const { inbox } = await receiving(harness);
  const path = join(asked.stateDir, `.mcp_inbox_decisions_${asked.id}`);
  await inbox.cancelledRequest(REQUEST);
  const state = async () => JSON.parse(await Deno.readTextFile(path));
  assertEquals((await state()).told, [REQUEST]);
  // The first look writes it as well.
  while ((await state()).before === null) await sleep(5);
  await Deno.remove(path);
  await Deno.mkdir(path);
  await inbox.cancelledRequest("another");
  assertStringIncludes(
    asked.lines.at(-1) ?? "",
    "Cannot record that the agent cancelled request another",
  );
});

Deno.test("an event ends the wait of everybody who waits, and a timeout or a signal as well", async () => {
  const events = new RequestEvents();
  const never = new AbortController().signal;
  const waits = [events.next(60_000, never), events.next(60_000, never)];
  events.happened();
  await Promise.all(waits);
  await events.next(1, never);
  await events.next(60_000, AbortSignal.abort());
});
