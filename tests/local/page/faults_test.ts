import { assert, assertEquals } from "@std/assert";
import { FAULT_NAMES } from "./fault_names.ts";
import { FakeTime } from "../../support/fake_time.ts";
import { Browser, startPage, YOURS } from "./browser.ts";

const ACTIVITY = `/workspaces/${YOURS}/activity`;

Deno.test("faults: each is switched on and off, and every page sees it", async () => {
  await using team = await startPage();
  const browser = await Browser.open(team.platform);
  await using events = await (await Browser.open(team.platform)).listen();
  for (const name of FAULT_NAMES) {
    for (const isOn of [true, false]) {
      assertEquals((await browser.post(`faults/${name}`, { isOn })).status, 204);
      const { faults } = await events.of("faults");
      assertEquals(
        faults,
        FAULT_NAMES.map((fault) => ({ name: fault, isOn: isOn && fault === name })),
      );
    }
  }
  for (const name of ["", "x", "constructor", "toString", "__proto__"]) {
    assertEquals((await browser.post(`faults/${name}`, { isOn: true })).status, 404, name);
  }
  assertEquals((await browser.post("faults/slow", { isOn: "yes" })).status, 400);
  assertEquals(
    (await browser.post("faults/slow", { isOn: true, x: "x".repeat(5_000) })).status,
    413,
  );
});

Deno.test("faults: none of them hits the page", async () => {
  await using team = await startPage();
  const browser = await Browser.open(team.platform);
  await using events = await browser.listen();
  await events.of("snapshot");
  for (const name of FAULT_NAMES) {
    if (name !== "slow") await browser.post(`faults/${name}`, { isOn: true });
  }
  assertEquals(await fetch(team.platform.url).then((page) => page.text()), "<!doctype html>");
  const late = await Browser.open(team.platform);
  await using second = await late.listen();
  const { snapshot } = await second.of("snapshot");
  assertEquals(snapshot.faults.filter(({ isOn }) => isOn).length, 5);
  assertEquals(snapshot.workspaces.length, 2);
  await late.write(YOURS, "Hello");
  assertEquals((await events.of("message")).message.text, "Hello");
  assertEquals((await late.get(`workspaces/${YOURS}/messages`)).status, 200);
});

Deno.test("faults: with the database away every token check fails; afterwards all is as before", async () => {
  await using team = await startPage();
  const browser = await Browser.open(team.platform);
  await browser.post("faults/database", { isOn: true });
  await browser.post("faults/database", { isOn: true }); // A second page did not see it yet.
  assertEquals((await team.you.get(ACTIVITY)).status, 401);
  await browser.post("faults/database", { isOn: false });
  assertEquals((await team.you.get(ACTIVITY)).status, 200);
});

Deno.test("faults: every token is refused", async () => {
  await using team = await startPage();
  const { you, platform } = team;
  const browser = await Browser.open(platform);
  await browser.post("faults/unauthorized", { isOn: true });
  const answer = await you.get(ACTIVITY);
  assertEquals([answer.status, answer.body], [401, { error: "invalid workspace auth token" }]);
  assertEquals((await you.post("/registry/heartbeat", { workspace_id: you.id })).status, 401);
  assertEquals((await you.get("/health")).status, 200);
  await browser.post("faults/unauthorized", { isOn: false });
  assertEquals((await you.get(ACTIVITY)).status, 200);
});

Deno.test("faults: too many requests, and when to come again", async () => {
  await using team = await startPage();
  const browser = await Browser.open(team.platform);
  await browser.post("faults/rate-limit", { isOn: true });
  const { status, headers, body } = await team.you.get(ACTIVITY);
  assertEquals([status, headers.get("Retry-After")], [429, "5"]);
  assertEquals(body, { error: "rate limit exceeded", retry_after: 5 });
});

Deno.test("faults: slow is two seconds", async () => {
  await using team = await startPage();
  const browser = await Browser.open(team.platform);
  await browser.post("faults/slow", { isOn: true });
  using time = new FakeTime();
  let status = 0;
  const answered = team.you.get(ACTIVITY).then((answer) => status = answer.status);
  await team.platform.nextRequest();
  time.tick(1_999);
  assertEquals(status, 0);
  time.tick(1);
  assertEquals(await answered, 200);
});

Deno.test("faults: closing does not wait for what is slow", async () => {
  await using team = await startPage();
  const browser = await Browser.open(team.platform);
  await browser.post("faults/slow", { isOn: true });
  const asked = team.platform.nextRequest();
  const answer = team.you.get(ACTIVITY).catch(() => undefined);
  await asked;
  await team.platform.close();
  await answer;
});

Deno.test("faults: agents' event streams end and are refused, until they may be again", async () => {
  await using team = await startPage();
  const { platform, you } = team;
  const browser = await Browser.open(platform);
  const open = () =>
    fetch(`${platform.url}/workspaces/${you.id}/events/stream`, {
      headers: { Authorization: `Bearer ${you.token}` },
    });
  const stream = await open();
  assertEquals(platform.streamCount(you.id), 1);
  await browser.post("faults/stream-off", { isOn: true });
  assertEquals(await stream.text(), ": ping\n\n"); // An end, not a cut.
  assertEquals(platform.streamCount(you.id), 0);
  const refused = await open();
  assertEquals([refused.status, await refused.text()], [
    503,
    '{"error":"the event stream is switched off"}',
  ]);
  assertEquals((await you.get(ACTIVITY)).status, 200);
  await browser.post("faults/stream-off", { isOn: false });
  const again = await open();
  assertEquals(again.status, 200);
  await again.body?.cancel();
});

Deno.test("faults: the network is cut for agents, and nobody else", async () => {
  await using team = await startPage();
  const { platform, you } = team;
  const browser = await Browser.open(platform);
  await using events = await browser.listen();
  await events.of("snapshot");
  using agentsOwn = Deno.createHttpClient({}); // Connections that no page uses.
  const ask = (path: string) =>
    fetch(platform.url + path, {
      headers: { Authorization: `Bearer ${you.token}` },
      client: agentsOwn,
    });
  const stream = await ask(`/workspaces/${you.id}/events/stream`);
  const cut = stream.text().then(() => false, () => true);
  await browser.post("faults/network-cut", { isOn: true });
  assert(await cut, "The open stream was cut");
  const failed = await ask(ACTIVITY).then(() => false, () => true);
  assert(failed, "A new request gets no answer");
  assertEquals((await events.of("faults")).faults.at(-1), { name: "network-cut", isOn: true });
  await browser.post("faults/network-cut", { isOn: false });
  const answer = await ask(ACTIVITY);
  assertEquals(answer.status, 200);
  await answer.body?.cancel();
});
