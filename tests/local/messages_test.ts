import { assertEquals } from "@std/assert";
import type { UserMessage } from "../../src/local/platform.ts";
import { Caller, startTeam } from "./support.ts";

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
  assertEquals(/"error":"broadcast ability not enabled","hint":"\w/.test(answer.text), true);
  assertEquals(platform.activity(writer.id), []);
});

Deno.test("broadcast: reaches every other workspace that is not removed", async () => {
  await using team = await startTeam();
  const { platform, lead, researcher, writer, stranger } = team;
  const abilities = { broadcast: true };
  const { id, token } = await platform.createWorkspace({ name: "Herald", abilities });
  platform.removeWorkspace(writer.id);
  const herald = new Caller(platform, id, token);
  const answer = await herald.post(`/workspaces/${id}/broadcast`, { message: "Hear" });
  // The lead, the researcher, the stranger and the stranger's root.
  assertEquals([answer.status, answer.body], [200, { delivered: 4 }]);
  for (const other of [lead, researcher, stranger]) {
    const [row] = platform.activity(other.id);
    assertEquals([row?.activityType, row?.sourceId], ["a2a_receive", id]);
    assertEquals(JSON.stringify(row?.requestBody).includes('"text":"Hear"'), true);
  }
  assertEquals(platform.activity(writer.id), []);
  assertEquals(platform.activity(id), []);
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
