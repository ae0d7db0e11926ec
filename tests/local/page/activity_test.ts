import { assert, assertEquals } from "@std/assert";
import type { ActivityView, PageEvent } from "../../../src/local/page/protocol.ts";
import type { PlayControl } from "../../../src/local/page/page_options.ts";
import { openSqliteStore } from "../../../src/local/state/sqlite_store.ts";
import { TestDir } from "../../support/test_dir.ts";
import { FlakyStore } from "../support.ts";
import { Browser, type Events, startPage, YOURS } from "./browser.ts";

async function linesOf(browser: Browser): Promise<readonly ActivityView[]> {
  await using events = await browser.listen();
  return (await events.of("snapshot")).snapshot.activity;
}

async function next(events: Events, count: number): Promise<ActivityView[]> {
  const lines: ActivityView[] = [];
  while (lines.length < count) lines.push((await events.of("activity")).activity);
  return lines;
}

Deno.test("activity: a delegation is told with both its ends, and again when it changes", async () => {
  await using team = await startPage();
  const { you, colleague, platform } = team;
  const browser = await Browser.open(platform);
  await using events = await browser.listen();
  const task = { target_id: colleague.id, task: "Count to ten" };
  await you.post(`/workspaces/${you.id}/delegate`, task);
  await platform.idle();
  const lines = await linesOf(browser);
  const delegations = lines.filter(({ type }) => type === "delegation");
  assert(delegations.length >= 1);
  for (const { sourceId, targetId } of delegations) {
    assertEquals([sourceId, targetId], [you.id, colleague.id]);
  }
  const [request] = delegations;
  const told = (await next(events, 4)).filter(({ seq }) => seq === request?.seq);
  assert(told.length >= 2, "The row changed, and was told again under its number");
  assertEquals(told.at(-1), request);
});

Deno.test("activity: memories and reports are told", async () => {
  await using team = await startPage();
  const { you, platform } = team;
  const browser = await Browser.open(platform);
  await using events = await browser.listen();
  await you.post(`/workspaces/${you.id}/memories`, { content: "Tea at five", scope: "LOCAL" });
  const report = { activity_type: "error", summary: "x".repeat(5_000), error_detail: "Out of ink" };
  await you.post(`/workspaces/${you.id}/activity`, report);
  const lines = await next(events, 2);
  const [memory, error] = lines;
  assertEquals(
    [memory?.type, memory?.workspaceId, memory?.summary],
    ["memory_write", you.id, "LOCAL Tea at five"],
  );
  assertEquals([error?.type, error?.error, error?.summary.length], ["error", "Out of ink", 1_000]);
  assertEquals(await linesOf(browser), lines);
});

Deno.test("activity: heartbeats are told as they come, and not kept", async () => {
  await using team = await startPage();
  const { you, platform } = team;
  const browser = await Browser.open(platform);
  await using events = await browser.listen();
  await you.post("/registry/heartbeat", { workspace_id: you.id });
  const [beat] = await next(events, 1);
  assertEquals([beat?.type, beat?.workspaceId, beat?.status], ["heartbeat", you.id, "ok"]);
  assertEquals(await linesOf(browser), []);
});

Deno.test("activity: only the last lines are kept", async () => {
  await using team = await startPage({ limits: { activity: 3 } });
  const { you, platform } = team;
  for (let i = 1; i <= 5; i++) {
    await you.post(`/workspaces/${you.id}/activity`, {
      activity_type: "agent_log",
      summary: `line ${i}`,
    });
  }
  const lines = await linesOf(await Browser.open(platform));
  assertEquals(lines.map(({ summary }) => summary), ["line 3", "line 4", "line 5"]);
  const [oldest] = platform.activity(you.id);
  assert(oldest);
  platform.store.updateActivity(oldest.id, { status: "error" }); // Of a line that is kept no more.
  assertEquals(await linesOf(await Browser.open(platform)), lines);
});

Deno.test("a store that was kept: the page goes on with its chats, files and lines", async () => {
  await using dir = await TestDir.make();
  const kept = await openSqliteStore(dir.at("platform.db"));
  const first = await startPage({}, { store: kept });
  const { you, colleague, platform } = first;
  const browser = await Browser.open(platform);
  await browser.write(you.id, "Hello", [new File(["A"], "a.txt")]);
  await you.post(`/workspaces/${you.id}/notify`, { message: "Hello, user" });
  await colleague.send(you.id, "Not the user's");
  const notice = { source: "platform", kind: "inbox_nudge" };
  platform.sendAsPlatform(you.id, "A notice", "inbox-nudge-1", notice);
  await you.post("/registry/heartbeat", { workspace_id: you.id });
  await platform.idle();
  const { text } = await browser.get(`workspaces/${you.id}/messages`);
  const { messages } = JSON.parse(text);
  assertEquals(messages.length, 2);

  const rows = platform.activity(you.id).length;
  await platform.close();
  kept.close();
  const reopened = await openSqliteStore(dir.at("platform.db"));
  const store = new FlakyStore(reopened);
  store.failing.add("upload"); // A start does not read what may be gigabytes.
  const second = await startPage({}, { store: store.store }, "as it is");
  store.failing.clear();
  const later = await Browser.open(second.platform);
  const again = JSON.parse((await later.get(`workspaces/${you.id}/messages`)).text).messages;
  const plain = (list: { from: string; text: string; files: { id: string }[] }[]) =>
    list.map(({ from, text, files }) => [from, text, files.map(({ id }) => id)]);
  assertEquals(plain(again), plain(messages));
  const file = again[0].files[0].id;
  assertEquals((await later.get(`workspaces/${you.id}/files/${file}`)).text, "A");
  const lines = await linesOf(later);
  assertEquals(lines.length, rows);
  assertEquals(lines.map(({ type }) => type).includes("a2a_receive"), true);
  await second.platform.close();
  reopened.close();
});

Deno.test("a play is started once, and every page follows it", async () => {
  const listeners = new Set<() => void>();
  let step = 0;
  const play: PlayControl = {
    view: () => ({ state: step === 0 ? "ready" : "playing", step, steps: 3, text: `Step ${step}` }),
    start: () => ++step === 1,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  await using team = await startPage({ play });
  const browser = await Browser.open(team.platform);
  await using events = await browser.listen();
  assertEquals((await events.of("snapshot")).snapshot.play.state, "ready");
  assertEquals((await browser.post("play")).status, 202);
  for (const listener of listeners) listener();
  const told: PageEvent = await events.of("play");
  assertEquals(told, {
    type: "play",
    play: { state: "playing", step: 1, steps: 3, text: "Step 1" },
  });
  assertEquals((await browser.post("play")).status, 409);
  await team.platform.close();
  assertEquals(listeners.size, 0);
  await using without = await startPage();
  assertEquals((await (await Browser.open(without.platform)).post("play")).status, 404);
});

Deno.test("paths: what is none is not found, with any method", async () => {
  await using team = await startPage();
  const browser = await Browser.open(team.platform);
  for (const path of ["", "x", "events/", "workspaces", `workspaces/${YOURS}`, "session"]) {
    assertEquals((await browser.get(path)).status, 404, path);
  }
  for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS"]) {
    const answer = await browser.ask(method, "play", null, { Origin: team.platform.url });
    assertEquals(answer.status, 404, method);
  }
  const elsewhere = await fetch(`${team.platform.url}/local/other.js`);
  assertEquals([elsewhere.status, await elsewhere.json()], [404, {
    error: "There is nothing here.",
  }]);
  // An agent's call goes the agents' way, page or not.
  assertEquals((await team.you.send(team.colleague.id, "Hello")).status, 200);
});
