import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { safeName } from "../../../src/local/delivery/staging.ts";
import { isObject } from "../../../src/local/state/json.ts";
import { startAgent } from "../agents.ts";
import { type Caller, startTeam } from "../support.ts";

const MIB = 1024 * 1024;

function upload(caller: Caller, ...files: File[]) {
  const form = new FormData();
  for (const file of files) form.append("files", file);
  return caller.post(`/workspaces/${caller.id}/chat/uploads`, form);
}

function blank(name: string, size: number): File {
  return new File([new Uint8Array(size)], name);
}

Deno.test("uploads: each file comes back to the workspace's own inbox", async () => {
  await using team = await startTeam();
  const { lead, platform } = team;
  const answer = await upload(lead, new File(["a,b"], "a.csv", { type: "text/csv" }));
  assert(isObject(answer.body) && Array.isArray(answer.body.files));
  const [file] = answer.body.files;
  assert(isObject(file) && typeof file.uri === "string");
  const [row] = platform.activity(lead.id);
  assertEquals([row?.method, row?.sourceId], ["chat_upload_receive", null]);
  assertEquals(row?.requestBody, { file_id: file.uri.split("/").at(-1) ?? "", ...file });
});

Deno.test("uploads: a file without a type is a stream of bytes", async () => {
  await using team = await startTeam();
  const answer = await upload(team.lead, blank("x", 1));
  assertEquals(answer.text.includes('"mimeType":"application/octet-stream"'), true);
});

Deno.test("uploads: for N1 one file is too large, and none is taken", async () => {
  await using team = await startTeam({ version: "n1" });
  const { lead, platform } = team;
  const answer = await upload(lead, blank("ok.bin", 1), blank("big.bin", 25 * MIB + 1));
  assertEquals(answer.status, 413);
  assertEquals(platform.activity(lead.id), []);
});

Deno.test("uploads: for N1 25 MiB is not too large, 64 files are not too many", async () => {
  await using team = await startTeam({ version: "n1" });
  assertEquals((await upload(team.lead, blank("big.bin", 25 * MIB))).status, 200);
  const files = Array.from({ length: 64 }, (_, i) => blank(`${i}`, 1));
  assertEquals((await upload(team.lead, ...files)).status, 200);
});

Deno.test("uploads: N1 refuses more than 50 MiB in all", async () => {
  await using team = await startTeam({ version: "n1" });
  const { lead, platform } = team;
  const files = [blank("a", 20 * MIB), blank("b", 20 * MIB), blank("c", 11 * MIB)];
  assertEquals((await upload(lead, ...files)).status, 400);
  assertEquals(platform.activity(lead.id), []);
});

Deno.test("uploads: what is not a form is refused", async () => {
  await using team = await startTeam();
  const { lead } = team;
  const answer = await lead.post(`/workspaces/${lead.id}/chat/uploads`, { files: [] });
  assertEquals([answer.status, answer.body], [400, { error: "malformed multipart body" }]);
});

Deno.test("uploads: once acknowledged, a file is gone in N1", async () => {
  await using team = await startTeam({ version: "n1" });
  const { lead, platform } = team;
  const [file] = await platform.uploadAsUser(lead.id, [{ name: "a", content: "x" }]);
  const path = `/workspaces/${lead.id}/pending-uploads/${file?.uri.split("/").at(-1)}`;
  assertEquals((await lead.get(`${path}/content`)).status, 200);
  assertEquals((await lead.get(`${path}/content`)).text, "x");
  assertEquals((await lead.post(`${path}/ack`)).body, { acked: true });
  assertEquals((await lead.get(`${path}/content`)).status, 404);
  assertEquals((await lead.post(`${path}/ack`)).status, 404);
});

Deno.test("uploads: once acknowledged, a file is still there in N3", async () => {
  await using team = await startTeam();
  const { lead, platform } = team;
  const [file] = await platform.uploadAsUser(lead.id, [{ name: "a", content: "x" }]);
  const path = `/workspaces/${lead.id}/pending-uploads/${file?.uri.split("/").at(-1)}`;
  for (let i = 0; i < 2; i++) {
    assertEquals((await lead.post(`${path}/ack`)).body, { acked: true });
    assertEquals((await lead.get(`${path}/content`)).text, "x");
  }
});

Deno.test("uploads: the canvas uploads, and sends the message that names the files afterwards", async () => {
  await using team = await startTeam();
  const { lead, platform } = team;
  const files = [{ name: "a.csv", mimeType: "text/csv", content: "x" }];
  const uploaded = new Promise<number>((resolve) =>
    platform.onEvent(lead.id, () => resolve(platform.activity(lead.id).length))
  );
  const sent = await platform.sendFilesAsUser(lead.id, "Look", files, { gapMs: 5 });
  assertEquals(await uploaded, 1, "The event of the upload comes before the message");
  assertEquals(sent.status, 200);
  const [upload, line] = platform.activity(lead.id);
  assertEquals([upload?.method, line?.method], ["chat_upload_receive", "message/send"]);
  const uri = sent.files[0]?.uri ?? "?";
  assertEquals(JSON.stringify(line?.requestBody).includes(uri), true);
});

Deno.test("uploads: a workspace cannot fetch another's files", async () => {
  await using team = await startTeam();
  const { lead, writer, platform } = team;
  const [file] = await platform.uploadAsUser(lead.id, [{ name: "a", content: "x" }]);
  const fileId = file?.uri.split("/").at(-1);
  const own = await writer.get(`/workspaces/${writer.id}/pending-uploads/${fileId}/content`);
  assertEquals(own.status, 404);
});

Deno.test("uploads: a push-mode agent gets the form itself, with the inbound secret", async () => {
  await using agent = startAgent(() => Response.json({ files: [{ uri: "agent:1" }] }));
  await using team = await startTeam({ allowLoopbackUrls: true });
  const { lead, platform } = team;
  platform.store.updateWorkspace(lead.id, {
    deliveryMode: "push",
    url: agent.url,
    inboundSecret: "s3cret",
  });
  const answer = await upload(lead, blank("a.bin", 3));
  assertEquals([answer.status, answer.body], [200, { files: [{ uri: "agent:1" }] }]);
  assertEquals(answer.headers.get("Content-Type"), "application/json");
  const [call] = agent.received;
  assertEquals(call?.path, "/internal/chat/uploads/ingest");
  assertEquals(call?.headers.get("Authorization"), "Bearer s3cret");
  assertMatch(call?.headers.get("Content-Type") ?? "", /^multipart\/form-data; boundary=/);
  assertEquals(String(call?.body).includes('filename="a.bin"'), true);
});

Deno.test("uploads: a push-mode workspace without a URL cannot take files yet", async () => {
  await using team = await startTeam();
  const { lead, platform } = team;
  platform.store.updateWorkspace(lead.id, { deliveryMode: "push" });
  const answer = await upload(lead, blank("a", 1));
  assertEquals([answer.status, answer.body], [503, { error: "workspace url not registered yet" }]);
});

for (
  const [name, safe] of [
    ["report.pdf", "report.pdf"],
    ["my plan (1).png", "my_plan__1_.png"],
    ["../../etc/passwd", "passwd"],
    ["C:\\temp\\x.txt", "x.txt"],
    ["über.txt", "_ber.txt"],
    ["", "file"],
    ["..", "file"],
    ["a/", "file"],
    ["x".repeat(120), "x".repeat(100)],
  ] as const
) {
  Deno.test(`uploads: the name ${JSON.stringify(name.slice(0, 20))} becomes a safe one`, () => {
    assertEquals(safeName(name), safe);
  });
}

Deno.test("uploads: every name becomes a plain file name, and stays it", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (name) => {
    const safe = safeName(name);
    assertMatch(safe, /^[A-Za-z0-9._-]{1,100}$/);
    assert(safe !== "." && safe !== "..");
    assertEquals(safeName(safe), safe);
  }));
});
