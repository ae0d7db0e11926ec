import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type ChatMessage, type MessagePage, PREFIX } from "../../../src/local/page/protocol.ts";
import { closedUrl, startAgent, textReply } from "../agents.ts";
import type { Answer } from "../support.ts";
import { Browser, type PageTeam, sendRaw, startPage, YOURS } from "./browser.ts";

/** A message of an answer. */
function messageOf({ body }: Answer): ChatMessage {
  return JSON.parse(JSON.stringify(body));
}

async function chatOf(browser: Browser, id: string, query = ""): Promise<MessagePage> {
  const { status, text } = await browser.get(`workspaces/${id}/messages${query}`);
  assertEquals(status, 200);
  return JSON.parse(text);
}

const texts = ({ messages }: MessagePage) => messages.map(({ from, text }) => `${from}: ${text}`);

Deno.test("chat: what the user writes reaches the agent, what the agent writes the page", async () => {
  await using team = await startPage();
  const { platform, you } = team;
  const browser = await Browser.open(platform);
  await using events = await browser.listen();
  const written = messageOf(await browser.write(you.id, "Hello, <b>agent</b> 👋"));
  assertEquals({ ...written, seq: 0, at: "" }, {
    seq: 0,
    workspaceId: YOURS,
    from: "user",
    text: "Hello, <b>agent</b> 👋",
    at: "",
    files: [],
    error: null,
  });
  assertEquals((await events.of("message")).message, written);
  const inbox = await you.get(`/workspaces/${you.id}/activity?type=a2a_receive`);
  assertStringIncludes(inbox.text, "Hello, <b>agent</b> 👋");
  await you.post(`/workspaces/${you.id}/notify`, { message: "Hello, user" });
  const { message } = await events.of("message");
  assertEquals([message.from, message.text, message.seq > written.seq], [
    "agent",
    "Hello, user",
    true,
  ]);
  assertEquals((await chatOf(browser, YOURS)).messages, [written, message]);
});

Deno.test("chat: lines end as they were typed, not as a form carries them", async () => {
  await using team = await startPage();
  const browser = await Browser.open(team.platform);
  assertEquals(messageOf(await browser.write(YOURS, "one\r\ntwo")).text, "one\ntwo");
});

Deno.test("chat: what is written elsewhere is shown, too", async () => {
  await using team = await startPage();
  const browser = await Browser.open(team.platform);
  await team.platform.sendFilesAsUser(YOURS, "From a script", [{ name: "a.txt", content: "A" }]);
  const { messages: [message] } = await chatOf(browser, YOURS);
  assertEquals([message?.from, message?.text, message?.files.length], ["user", "From a script", 1]);
});

Deno.test("chat: pages of it, the last one first", async () => {
  await using team = await startPage();
  const browser = await Browser.open(team.platform);
  for (let i = 1; i <= 5; i++) {
    await browser.write(YOURS, `line ${i}`);
    await browser.write(team.colleague.id, "elsewhere");
  }
  const last = await chatOf(browser, YOURS, "?limit=2");
  assertEquals([texts(last), last.hasMore], [["user: line 4", "user: line 5"], true]);
  const before = await chatOf(browser, YOURS, `?limit=3&before=${last.messages[0]?.seq}`);
  assertEquals(texts(before), ["user: line 1", "user: line 2", "user: line 3"]);
  assertEquals(before.hasMore, false);
  const none = await chatOf(browser, YOURS, "?limit=3&before=1");
  assertEquals(none, { messages: [], hasMore: false });
  for (const query of ["limit=-1", "limit=x", "before=1e9", "before="]) {
    assertEquals((await browser.get(`workspaces/${YOURS}/messages?${query}`)).status, 400, query);
  }
});

Deno.test("chat: only so much is kept, and the oldest goes first", async () => {
  await using team = await startPage({ limits: { messages: 3, messageUnits: 30 } });
  const browser = await Browser.open(team.platform);
  for (const text of ["one", "two", "three", "four"]) await browser.write(YOURS, text);
  await browser.write(team.colleague.id, "five");
  assertEquals(texts(await chatOf(browser, YOURS)), ["user: three", "user: four"]);
  await browser.write(YOURS, "x".repeat(25));
  assertEquals(texts(await chatOf(browser, YOURS)), [`user: ${"x".repeat(25)}`]);
  assertEquals(texts(await chatOf(browser, team.colleague.id)), ["user: five"]);
  await browser.write(YOURS, "y".repeat(100)); // The newest stays whatever its length.
  assertEquals(texts(await chatOf(browser, YOURS)), [`user: ${"y".repeat(100)}`]);
});

Deno.test("chat: what is no message, or too long a one, is refused and not shown", async () => {
  await using team = await startPage({ limits: { textBytes: 10, messageBytes: 10_000 } });
  const browser = await Browser.open(team.platform);
  const empty = await browser.write(YOURS, " \n");
  assertEquals([empty.status, empty.body], [400, { error: "The message is empty." }]);
  const long = await browser.write(YOURS, "ä".repeat(6));
  assertEquals(long.status, 413);
  assertStringIncludes(long.text, "at most 10 bytes");
  assertEquals((await browser.write(YOURS, "ä".repeat(5))).status, 201);
  const huge = await browser.write(YOURS, "x".repeat(20_000));
  assertEquals(huge.status, 413);
  const broken = await browser.ask("POST", `workspaces/${YOURS}/messages`, "no form", {
    Origin: team.platform.url,
    "Content-Type": "multipart/form-data; boundary=x",
  });
  assertEquals([broken.status, broken.body], [400, { error: "The request is not a form." }]);
  assertEquals(texts(await chatOf(browser, YOURS)), ["user: äääää"]);
});

Deno.test("chat: more than is accepted is not even read", async () => {
  await using team = await startPage({ limits: { messageBytes: 1_000 } });
  const { port } = team.platform;
  const { cookie } = await Browser.open(team.platform);
  // The answer comes though most of what was announced never does.
  const answer = await sendRaw(
    port,
    `POST ${PREFIX}workspaces/${YOURS}/messages HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n` +
      `Origin: http://127.0.0.1:${port}\r\nCookie: ${cookie}\r\nConnection: close\r\n` +
      `Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 10000000000\r\n\r\n` +
      "x".repeat(2_000),
  );
  assertMatch(answer, /^HTTP\/1\.1 413 /);
});

Deno.test("chat: there is none with a workspace that does not exist", async () => {
  await using team = await startPage();
  const browser = await Browser.open(team.platform);
  const ids = ["22222222-2222-4222-8222-222222222222", "x", "..%2F..", "%00", "constructor"];
  for (const id of ids) {
    assertEquals((await browser.get(`workspaces/${id}/messages`)).status, 404, id);
    assertEquals((await browser.write(id, "Hello")).status, 404, id);
  }
});

Deno.test("chat: a message that the platform did not take says why", async () => {
  await using team = await startPage();
  const browser = await Browser.open(team.platform);
  const end = team.platform.faults.database();
  const message = messageOf(await browser.write(YOURS, "Hello"));
  assertMatch(message.error ?? "", /^delivery-mode lookup failed.* \(503\)$/);
  const file = new File(["A"], "a.txt");
  const withFile = messageOf(await browser.write(YOURS, "Hello", [file]));
  assertEquals(withFile.error, "could not stage files (500)");
  end();
  assertEquals((await chatOf(browser, YOURS)).messages, [message, withFile]);
});

/** A colleague in push mode, which the platform calls. */
async function callColleague(
  team: PageTeam,
  url: string,
): Promise<{ id: string; browser: Browser }> {
  const { id } = await team.platform.createWorkspace({ name: "Called", url, deliveryMode: "push" });
  return { id, browser: await Browser.open(team.platform) };
}

Deno.test("chat: an agent that is called answers in the chat", async () => {
  await using called = startAgent(() => textReply("42"));
  await using team = await startPage({}, { allowLoopbackUrls: true });
  const { id, browser } = await callColleague(team, called.url);
  await using events = await browser.listen();
  assertEquals((await browser.write(id, "6 × 7?")).status, 201);
  assertEquals((await events.of("message")).message.text, "6 × 7?");
  const { message } = await events.of("message");
  assertEquals([message.from, message.text], ["agent", "42"]);
});

Deno.test("chat: an agent that cannot be called is said to be so, after the message", async () => {
  await using team = await startPage({}, { allowLoopbackUrls: true });
  const { id, browser } = await callColleague(team, closedUrl());
  await using events = await browser.listen();
  const written = messageOf(await browser.write(id, "Hello"));
  assertEquals(written.error, null);
  assertEquals((await events.of("message")).message, written);
  const error = "failed to reach workspace agent (502)";
  assertEquals((await events.of("message")).message, { ...written, error });
});

Deno.test("chat: while an agent works it says on what", async () => {
  await using team = await startPage();
  const { you } = team;
  const browser = await Browser.open(team.platform);
  await using events = await browser.listen();
  const beat = (current_task: string) =>
    you.post("/registry/heartbeat", { workspace_id: you.id, current_task });
  const report = { activity_type: "task_update", summary: "Half done" };
  await beat("Reading");
  await beat("Reading");
  await you.post(`/workspaces/${you.id}/activity`, report);
  await beat("Reading"); // Says nothing new.
  await you.post(`/workspaces/${you.id}/activity`, { ...report, summary: "Almost done" });
  await you.post(`/workspaces/${you.id}/notify`, { message: "Still at it" });
  await beat("");
  const told: (string | null)[] = [];
  for (let i = 0; i < 5; i++) told.push((await events.of("progress")).text);
  assertEquals(told, ["Reading", "Half done", "Almost done", "Reading", null]);
});

Deno.test("chat: a very long answer is shown up to a point, and says so", async () => {
  await using team = await startPage();
  const browser = await Browser.open(team.platform);
  await team.you.post(`/workspaces/${YOURS}/notify`, { message: "🙂".repeat(300_000) });
  const { messages: [message] } = await chatOf(browser, YOURS);
  assert(message);
  assertMatch(message.text, /🙂… \(534464 more characters are not shown\)$/u);
});

Deno.test("chat: nothing that an agent says fills a page", async () => {
  await using team = await startPage();
  const { you } = team;
  const browser = await Browser.open(team.platform);
  const long = "x".repeat(100_000);
  await you.post("/registry/heartbeat", { workspace_id: you.id, current_task: long });
  const report = { activity_type: "task_update", summary: long, status: long, error_detail: long };
  await you.post(`/workspaces/${you.id}/activity`, report);
  const name = "x".repeat(1_000);
  const attachments = new Array(100).fill({ uri: name, name, mimeType: name, size: 1 });
  await you.post(`/workspaces/${you.id}/notify`, { message: "See", attachments });
  await using events = await browser.listen();
  const { snapshot } = await events.of("snapshot");
  assert(JSON.stringify(snapshot).length < 10_000);
  const { messages: [message] } = await chatOf(browser, YOURS);
  assertEquals(message?.files.length, 64);
  assert(JSON.stringify(message).length < 64 * 450);
});
