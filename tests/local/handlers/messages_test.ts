import { assertEquals } from "@std/assert";
import type { PlatformEvent, UserMessage } from "../../../src/local/start.ts";
import { startTeam } from "../support.ts";

const file = { uri: "platform-pending:x/y", name: "a.csv", mimeType: "text/csv", size: 3 };

Deno.test("notify: the user sees the message with its files", async () => {
  await using team = await startTeam();
  const { lead, platform } = team;
  const seen: UserMessage[] = [];
  platform.onNotify((message) => seen.push(message));
  const body = { message: "The report", attachments: [file] };
  await lead.post(`/workspaces/${lead.id}/notify`, body);
  assertEquals(seen.map(({ message, attachments }) => [message, attachments]), [
    ["The report", [file]],
  ]);
  assertEquals(platform.userMessages(lead.id), seen);
  assertEquals(platform.userMessages(team.writer.id), []);
});

Deno.test("notify: the row in the own log has a short summary and the whole text", async () => {
  await using team = await startTeam();
  const { lead, platform } = team;
  const message = "é".repeat(60);
  await lead.post(`/workspaces/${lead.id}/notify`, { message, attachments: [file] });
  const [row] = platform.activity(lead.id);
  assertEquals([row?.activityType, row?.method, row?.sourceId], ["a2a_receive", "notify", null]);
  assertEquals(row?.summary, `Agent message: ${"é".repeat(40)}`);
  assertEquals(row?.responseBody, { result: message, parts: [{ kind: "file", file }] });
  assertEquals(row?.requestBody, undefined);
});

Deno.test("notify: without files the row has no parts", async () => {
  await using team = await startTeam();
  const { lead, platform } = team;
  await lead.post(`/workspaces/${lead.id}/notify`, { message: "Hi" });
  assertEquals(platform.activity(lead.id)[0]?.responseBody, { result: "Hi" });
});

Deno.test("notify: the same message twice is shown twice", async () => {
  await using team = await startTeam();
  const { lead, platform } = team;
  for (let i = 0; i < 2; i++) await lead.post(`/workspaces/${lead.id}/notify`, { message: "Hi" });
  assertEquals(platform.userMessages(lead.id).length, 2);
});

for (
  const [what, body] of [
    ["no message", { attachments: [file] }],
    ["a message that is a number", { message: 1 }],
    ["attachments that are no list", { message: "x", attachments: {} }],
    ["a size with a fraction", { message: "x", attachments: [{ ...file, size: 0.5 }] }],
  ] as const
) {
  Deno.test(`notify: ${what} is refused, and nothing is shown`, async () => {
    await using team = await startTeam();
    const { lead, platform } = team;
    const answer = await lead.post(`/workspaces/${lead.id}/notify`, body);
    assertEquals([answer.status, answer.body], [400, { error: "message is required" }]);
    assertEquals(platform.userMessages(lead.id), []);
  });
}

Deno.test("broadcast: needs the ability", async () => {
  await using team = await startTeam();
  const { lead, writer, platform } = team;
  const answer = await lead.post(`/workspaces/${lead.id}/broadcast`, { message: "All" });
  assertEquals(answer.status, 403);
  assertEquals(/"error":"broadcast_disabled","hint":"\w/.test(answer.text), true);
  assertEquals(platform.activity(writer.id), []);
});

Deno.test("broadcast: reaches every other workspace of the organisation that is there", async () => {
  await using team = await startTeam();
  const { platform, lead, researcher, writer, stranger } = team;
  const herald = researcher;
  platform.store.updateWorkspace(herald.id, { mayBroadcast: true });
  platform.removeWorkspace(writer.id);
  const { id: below } = await platform.createWorkspace({ name: "Below", parentId: herald.id });
  const path = `/workspaces/${herald.id}/broadcast`;
  const answer = await herald.post(path, { message: "Hear" });
  assertEquals([answer.status, answer.body], [200, { status: "sent", delivered: 2 }]);
  for (const id of [lead.id, below]) {
    const [row] = platform.activity(id);
    assertEquals([row?.activityType, row?.method], ["broadcast_receive", "broadcast"]);
    assertEquals([row?.sourceId, row?.targetId], [herald.id, null]);
    assertEquals(row?.summary, "Broadcast from Researcher: Hear");
    assertEquals([row?.requestBody, row?.responseBody], [undefined, undefined]);
  }
  const [sent] = platform.activity(herald.id);
  assertEquals(
    [sent?.activityType, sent?.summary],
    ["broadcast_sent", "Broadcast sent to 2 workspace(s)"],
  );
  for (const other of [writer, stranger]) assertEquals(platform.activity(other.id), []);
});

Deno.test("broadcast: a row holds 120 characters, the event on the stream all of them", async () => {
  await using team = await startTeam();
  const { platform, lead, researcher } = team;
  platform.store.updateWorkspace(lead.id, { mayBroadcast: true });
  const events: PlatformEvent[] = [];
  platform.onEvent(researcher.id, (event) => events.push(event));
  const send = (message: string) => lead.post(`/workspaces/${lead.id}/broadcast`, { message });
  await send("😀".repeat(120));
  await send("😀".repeat(121));
  const summaries = platform.activity(researcher.id).map((row) => row.summary);
  assertEquals(summaries, [
    `Broadcast from Lead: ${"😀".repeat(120)}`,
    `Broadcast from Lead: ${"😀".repeat(120)}…`,
  ]);
  assertEquals(events.map(({ type }) => type), ["BROADCAST_MESSAGE", "BROADCAST_MESSAGE"]);
  const whole = { message: "😀".repeat(121), sender_id: lead.id, sender: "Lead" };
  assertEquals(events[1]?.data, whole);
});

Deno.test("broadcast: N1 has no such endpoint", async () => {
  await using team = await startTeam({ version: "n1" });
  const { lead } = team;
  const answer = await lead.post(`/workspaces/${lead.id}/broadcast`, { message: "All" });
  assertEquals([answer.status, answer.text], [404, "404 page not found"]);
});

Deno.test("the user's message and files reach a workspace", async () => {
  await using team = await startTeam();
  const { platform, lead } = team;
  const content = "a,b\n";
  const files = await platform.uploadAsUser(lead.id, [
    { name: "my table.csv", mimeType: "text/csv", content },
  ]);
  const answer = await platform.sendAsUser(lead.id, "Look at this", files);
  assertEquals(answer.status, 200);
  const [upload, message] = platform.activity(lead.id);
  assertEquals(upload?.method, "chat_upload_receive");
  assertEquals([message?.method, message?.sourceId], ["message/send", null]);
  assertEquals(JSON.stringify(message?.requestBody).includes(files[0]?.uri ?? "?"), true);
  const fileId = files[0]?.uri.split("/").at(-1);
  const fetched = await lead.get(`/workspaces/${lead.id}/pending-uploads/${fileId}/content`);
  assertEquals([fetched.text, fetched.headers.get("Content-Type")], [content, "text/csv"]);
});

Deno.test("the user's message has a text part only when it has a text, and what else is wanted", async () => {
  await using team = await startTeam();
  const { platform, lead } = team;
  const data = { kind: "data", data: { height: 4.1 } };
  await platform.sendAsUser(lead.id, "", [{ uri: "x", name: "a" }], { parts: [data] });
  const [row] = platform.activity(lead.id);
  const text = JSON.stringify(row?.requestBody);
  const parts = '"parts":[{"kind":"file","file":{"uri":"x","name":"a"}},{"kind":"data",';
  assertEquals(text.includes(parts), true, text);
});
