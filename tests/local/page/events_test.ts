import { assert, assertEquals } from "@std/assert";
import { connect } from "node:net";
import { EventStream, frame } from "../../../src/local/page/event_stream.ts";
import { Listeners } from "../../../src/local/page/listeners.ts";
import { type PageEvent, PREFIX } from "../../../src/local/page/protocol.ts";
import { WorkspaceViews } from "../../../src/local/page/workspace_views.ts";
import { resolveOptions } from "../../../src/local/options.ts";
import { MemoryStore } from "../../../src/local/state/memory_store.ts";
import { Clock } from "../../../src/local/state/timestamps.ts";
import { newWorkspace } from "../../../src/local/state/workspace_row.ts";
import { FakeTime } from "../../support/fake_time.ts";
import { TestClock } from "../support.ts";
import { Browser, startPage, YOURS } from "./browser.ts";

const FIRST: PageEvent = { type: "tokens", workspaceId: "first" };

Deno.test("events: begin with everything that the page shows", async () => {
  await using team = await startPage();
  const { platform, you, colleague } = team;
  await you.post("/registry/heartbeat", { workspace_id: you.id, current_task: "Reading" });
  await colleague.send(you.id, "Hello");
  const browser = await Browser.open(platform);
  await using events = await browser.listen();
  assertEquals(events.response.headers.get("Content-Type"), "text/event-stream");
  const { snapshot } = await events.of("snapshot");
  assertEquals(
    [snapshot.version, snapshot.platformUrl, snapshot.yourWorkspaceId],
    ["1.2.3", platform.url, YOURS],
  );
  const [first, second] = snapshot.workspaces;
  assertEquals({ ...first, lastSeenAt: null }, {
    id: YOURS,
    name: "You",
    role: null,
    parentId: null,
    status: "online",
    kind: "yours",
    deliveryMode: "poll",
    lastSeenAt: null,
    currentTask: "Reading",
    activeTasks: 0,
  });
  assert(first?.lastSeenAt);
  assertEquals([second?.name, second?.kind, second?.parentId], ["Echo", "colleague", YOURS]);
  assertEquals(
    snapshot.activity.map((
      { seq, type, sourceId, targetId, status },
    ) => [seq > 0, type, sourceId, targetId, status]),
    [[true, "a2a_receive", colleague.id, YOURS, "ok"]],
  );
  assertEquals(snapshot.faults.length, 6);
  assert(snapshot.faults.every(({ isOn }) => !isOn));
  assertEquals(snapshot.play, { state: "none", step: 0, steps: 0, text: "" });
});

Deno.test("events: reach every page that is open", async () => {
  await using team = await startPage();
  const { platform, you } = team;
  const browser = await Browser.open(platform);
  await using one = await browser.listen();
  await using two = await browser.listen();
  await using other = await (await Browser.open(platform)).listen();
  await platform.sendAsUser(you.id, "Hello");
  for (const events of [one, two, other]) {
    assertEquals((await events.of("message")).message.text, "Hello");
  }
});

Deno.test("events: a workspace is told when what is shown of it changes, and only then", async () => {
  const told: unknown[] = [];
  await using team = await startPage();
  const { platform, you } = team;
  const browser = await Browser.open(platform);
  await using events = await browser.listen();
  await events.of("snapshot");
  platform.store.updateWorkspace(you.id, { x: 1 });
  platform.store.updateWorkspace(you.id, { role: "lead" });
  platform.store.updateWorkspace(you.id, { role: "lead" });
  platform.store.updateWorkspace(you.id, { role: "chief" });
  platform.removeWorkspace(team.colleague.id);
  const late = await platform.createWorkspace({ name: "Late", parentId: you.id });
  for (;;) {
    const { workspace } = await events.of("workspace");
    told.push([workspace.name, workspace.role, workspace.status]);
    if (workspace.id === late.id) break;
  }
  // The first change that is told of a workspace may be one that shows nothing new.
  assertEquals(told.slice(-4), [
    ["You", "lead", "online"],
    ["You", "chief", "online"],
    ["Echo", null, "removed"],
    ["Late", null, "awaiting_agent"],
  ]);
  assert(told.length <= 5);
});

Deno.test("events: every 15 s a sign of life, and a look at who has fallen silent", async () => {
  using time = new FakeTime();
  let beats = 0;
  const listeners = new Listeners({ streams: 2, waitingBytes: 1_000 }, () => beats++);
  const body = listeners.open(FIRST, () => {}, new AbortController().signal);
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  assertEquals((await reader.read()).value, frame(FIRST));
  time.tick(15_000);
  assertEquals([beats, (await reader.read()).value], [1, ": beat\n\n"]);
  listeners.close();
  assertEquals((await reader.read()).done, true);
  assertEquals([time.timers, listeners.size], [0, 0]);
});

Deno.test("events: a workspace that falls silent is told, though nothing is written", () => {
  const told: string[] = [];
  const clock = new TestClock(Date.UTC(2026, 10, 28));
  const store = new MemoryStore();
  const views = new WorkspaceViews(
    { store, clock: new Clock(() => clock.nowMs), options: resolveOptions({}) },
    { yourWorkspaceId: YOURS },
    ({ status }) => told.push(status),
  );
  const lastHeartbeatAt = clock.nowMs * 1_000;
  store.insertWorkspace({
    ...newWorkspace(YOURS, "You", "external"),
    status: "online",
    lastHeartbeatAt,
  });
  views.written(YOURS);
  clock.advanceMs(180_000);
  views.lookForSilence();
  clock.advanceMs(1);
  views.lookForSilence();
  views.lookForSilence();
  assertEquals(told, ["online", "awaiting_agent"]);
});

Deno.test("events: a page that does not read is cut off, and what waited for it is forgotten", async () => {
  let [cuts, ends] = [0, 0];
  const stream = new EventStream(FIRST, 1_000, () => cuts++, () => ends++);
  const text = frame({ type: "tokens", workspaceId: "x".repeat(440) }); // 500 bytes or so
  stream.send(text);
  assertEquals(cuts, 0);
  stream.send(text);
  stream.send(text);
  assertEquals([cuts, ends], [1, 1]);
  const { done } = await stream.body.getReader().read();
  assertEquals(done, true);
});

Deno.test("events: a page that reads in time is not cut off, however much there is", async () => {
  let cuts = 0;
  const stream = new EventStream(FIRST, 1_000, () => cuts++, () => {});
  const reader = stream.body.getReader();
  await reader.read();
  for (let i = 0; i < 100; i++) {
    stream.send(frame({ type: "tokens", workspaceId: "x".repeat(440) }));
    await reader.read();
  }
  assertEquals(cuts, 0);
  stream.end();
  assertEquals((await reader.read()).done, true);
});

Deno.test("events: 10,000 events to a page that does not read: it is cut, others go on", async () => {
  await using team = await startPage({ limits: { waitingBytes: 1024 * 1024 } });
  const { platform, you } = team;
  const browser = await Browser.open(platform);
  const deaf = connect(platform.port, "127.0.0.1");
  const closed = new Promise((resolve) => deaf.once("close", resolve));
  deaf.on("error", () => {}); // Being cut may be a reset.
  deaf.write(
    `GET ${PREFIX}events HTTP/1.1\r\nHost: 127.0.0.1:${platform.port}\r\n` +
      `Cookie: ${browser.cookie}\r\n\r\n`,
  );
  await new Promise((resolve) => deaf.once("readable", resolve)); // The stream is open; nothing is read.
  await using events = await browser.listen();
  let seen = 0;
  let isOver = false;
  const reading = (async () => {
    for (;;) {
      const { message: { seq } } = await events.of("message");
      seen += 1;
      if (seq === 10_000) return seen;
    }
  })();
  void reading.catch(() => {}).finally(() => isOver = true);
  const text = "x".repeat(4_000);
  for (let i = 0; i < 10_000; i++) {
    platform.store.insertActivity(notification(you.id, i));
    await platform.sendAsUser(you.id, text);
    // However slow the machine is, the one that reads keeps up.
    while (!isOver && i - seen > 50) await new Promise((resolve) => setTimeout(resolve, 0));
  }
  assertEquals(await reading, 10_000);
  deaf.resume(); // Whatever was on its way.
  await closed;
});

function notification(workspaceId: string, i: number) {
  return {
    id: crypto.randomUUID(),
    workspaceId,
    activityType: "agent_log",
    sourceId: workspaceId,
    targetId: null,
    method: null,
    summary: `line ${i}`,
    status: "ok",
    errorDetail: null,
    durationMs: null,
    createdAt: i,
  };
}

Deno.test("events: a page that goes in the middle leaves nothing behind", async () => {
  await using team = await startPage({ limits: { streams: 1, waitingBytes: Infinity } });
  const { platform, you } = team;
  const browser = await Browser.open(platform);
  const first = await browser.listen();
  await first.of("snapshot");
  const tooMany = await browser.get("events");
  assertEquals(tooMany.status, 503);
  first.abort.abort();
  for (;;) { // The platform notices by the connection's end.
    const response = await browser.fetch("events", {});
    await platform.sendAsUser(you.id, "Hello");
    await response.body?.cancel();
    if (response.status === 200) break;
  }
});

Deno.test("events: end with the platform", async () => {
  await using team = await startPage();
  await using events = await (await Browser.open(team.platform)).listen();
  await events.of("snapshot");
  const ended = events.next().catch(() => undefined);
  await team.platform.close();
  assertEquals(await ended, undefined);
});
