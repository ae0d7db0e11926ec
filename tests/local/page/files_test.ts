import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import * as fc from "fast-check";
import { contentDisposition } from "../../../src/local/page/chat_files.ts";
import type { ChatMessage, MessagePage } from "../../../src/local/page/protocol.ts";
import { isObject } from "../../../src/local/state/json.ts";
import type { Caller } from "../support.ts";
import { Browser, startPage, YOURS } from "./browser.ts";

async function lastMessage(browser: Browser, id: string): Promise<ChatMessage> {
  const page: MessagePage = JSON.parse((await browser.get(`workspaces/${id}/messages`)).text);
  const message = page.messages.at(-1);
  assert(message);
  return message;
}

/** Uploads a file as an agent and returns what it may attach. */
async function upload(agent: Caller, file: File) {
  const form = new FormData();
  form.append("files", file);
  const { body } = await agent.post(`/workspaces/${agent.id}/chat/uploads`, form);
  assert(isObject(body) && Array.isArray(body.files) && isObject(body.files[0]));
  return body.files[0];
}

function notify(agent: Caller, attachments: unknown[]) {
  return agent.post(`/workspaces/${agent.id}/notify`, { message: "See", attachments });
}

Deno.test("files: the user's reach the agent, under a safe name, and the page under their own", async () => {
  await using team = await startPage();
  const { platform, you } = team;
  const browser = await Browser.open(platform);
  const report = new File(["Line 1\n"], "Übersicht (1).txt", { type: "text/plain" });
  const image = new File([new Uint8Array([0, 255])], "x.png", { type: "image/png" });
  const { status } = await browser.write(you.id, "Two files", [report, image]);
  assertEquals(status, 201);
  const { files } = await lastMessage(browser, you.id);
  assertEquals(files.map(({ name, mimeType, size }) => [name, mimeType, size]), [
    ["Übersicht (1).txt", "text/plain", 7],
    ["x.png", "image/png", 2],
  ]);
  const [first] = files;
  const staged = await you.get(`/workspaces/${you.id}/pending-uploads/${first?.id}/content`);
  assertEquals(staged.text, "Line 1\n");
  const inbox = await you.get(`/workspaces/${you.id}/activity?limit=10`);
  assertStringIncludes(inbox.text, `platform-pending:${you.id}/${first?.id}`);
  const answer = await browser.get(`workspaces/${you.id}/files/${first?.id}`);
  assertEquals([answer.status, answer.text], [200, "Line 1\n"]);
  assertEquals(
    answer.headers.get("Content-Disposition"),
    `attachment; filename="_bersicht _1_.txt"; filename*=UTF-8''%C3%9Cbersicht%20%281%29.txt`,
  );
});

Deno.test("files: only a file, without words, is a message", async () => {
  await using team = await startPage();
  const browser = await Browser.open(team.platform);
  assertEquals((await browser.write(YOURS, "", [new File(["A"], "a.txt")])).status, 201);
  const { text, files } = await lastMessage(browser, YOURS);
  assertEquals([text, files.map(({ name }) => name)], ["", ["a.txt"]]);
});

Deno.test("files: what an agent attaches can be had in the page, as long as it chats", async () => {
  await using team = await startPage();
  const browser = await Browser.open(team.platform);
  const attached = await upload(
    team.you,
    new File(["<script>"], "page.html", { type: "text/html" }),
  );
  await notify(team.you, [{ ...attached, name: "Ergebnis für dich.html", size: 1 }]);
  const { files: [file] } = await lastMessage(browser, YOURS);
  assertEquals(
    [file?.name, file?.mimeType, file?.size],
    ["Ergebnis für dich.html", "text/html", 8],
  );
  await team.you.post(`/workspaces/${YOURS}/pending-uploads/${file?.id}/ack`);
  const { headers, text } = await browser.get(`workspaces/${YOURS}/files/${file?.id}`);
  assertEquals(text, "<script>");
  // Never shown in the platform's own origin, whatever it is.
  assertEquals(headers.get("Content-Type"), "application/octet-stream");
  assertEquals(headers.get("X-Content-Type-Options"), "nosniff");
  assertStringIncludes(headers.get("Content-Security-Policy") ?? "", "default-src 'none'");
  assertEquals(
    headers.get("Content-Disposition"),
    `attachment; filename="Ergebnis f_r dich.html"; filename*=UTF-8''Ergebnis%20f%C3%BCr%20dich.html`,
  );
});

Deno.test("files: an agent may name what it likes, and gets at nothing by it", async () => {
  await using team = await startPage();
  const { you, colleague } = team;
  const browser = await Browser.open(team.platform);
  const foreign = await upload(colleague, new File(["theirs"], "theirs.txt"));
  const unknown = "22222222-2222-4222-8222-222222222222";
  const uris = [
    String(foreign.uri),
    `platform-pending:${YOURS}/${String(foreign.uri).split("/")[1]}`,
    `platform-pending:${YOURS}/${unknown}`,
    `platform-pending:${YOURS}/../${unknown}`,
    "workspace:/etc/passwd",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "https://example.org/",
  ];
  await notify(you, uris.map((uri) => ({ uri, name: "x", mimeType: "text/html", size: 5 })));
  const { files } = await lastMessage(browser, YOURS);
  assertEquals(files.map(({ id }) => id), uris.map(() => ""));
});

Deno.test("files: nothing but a file of this workspace can be had", async () => {
  await using team = await startPage();
  const browser = await Browser.open(team.platform);
  await browser.write(YOURS, "", [new File(["A"], "a.txt")]);
  const [file] = (await lastMessage(browser, YOURS)).files;
  const paths = [
    `workspaces/${team.colleague.id}/files/${file?.id}`,
    `workspaces/${YOURS}/files/`,
    `workspaces/${YOURS}/files/..%2f..%2f..%2fetc%2fpasswd`,
    `workspaces/${YOURS}/files/%2e%2e/%2e%2e/etc/passwd`,
    `workspaces/${YOURS}/files/${file?.id}/`,
    `workspaces/${YOURS}/files/${file?.id}%00.html`,
    `workspaces/${YOURS}/files/22222222-2222-4222-8222-222222222222`,
  ];
  for (const path of paths) assertEquals((await browser.get(path)).status, 404, path);
  const stranger = new Browser(team.platform);
  assertEquals((await stranger.get(`workspaces/${YOURS}/files/${file?.id}`)).status, 401);
});

Deno.test("files: too many, too large, empty, or too much together are refused", async () => {
  const limits = { files: 2, fileBytes: 1_000, storedFileBytes: 2_500 };
  await using team = await startPage({ limits });
  const browser = await Browser.open(team.platform);
  const file = (size: number, name = "a.txt") => new File(["x".repeat(size)], name);
  const refused = async (status: number, words: string, ...files: File[]) => {
    const answer = await browser.write(YOURS, "Files", files);
    assertEquals(answer.status, status);
    assertStringIncludes(String(isObject(answer.body) && answer.body.error), words);
  };
  await refused(413, "at most 2 go", file(1), file(1), file(1));
  await refused(
    413,
    'The file "b.txt" is too large: at most 1000 bytes',
    file(1),
    file(1_001, "b.txt"),
  );
  await refused(400, 'The file "a.txt" is empty', file(0));
  assertEquals((await browser.write(YOURS, "", [file(1_000), file(1_000)])).status, 201);
  await refused(507, "too large together", file(501));
  assertEquals((await browser.write(YOURS, "", [file(500)])).status, 201);
  assertEquals((await browser.write(YOURS, "no file")).status, 201);
});

Deno.test("files: a header names any file, in full and safely", () => {
  const names = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({
      unit: fc.constantFrom("\r", "\n", '"', "\\", ";", "=", "/", "%", "\u202e", "ä", "'"),
    }),
    fc.constantFrom("..", ".", "", "\ud800", " ", "a".repeat(5_000), `${"ü".repeat(300)}.html`),
  );
  fc.assert(fc.property(names, (name) => {
    const header = contentDisposition(name);
    const [, ascii = "", full = ""] =
      /^attachment; filename="([\w. -]+)"; filename\*=UTF-8''((?:[\w.~-]|%[0-9A-F]{2})+)$/
        .exec(header) ?? [];
    assert(ascii !== "", `No header that anyone can read: ${JSON.stringify(header)}`);
    new Headers({ "Content-Disposition": header }); // Throws for what no header can carry.
    const saved = decodeURIComponent(full);
    assertEquals(saved.length, ascii.length);
    assert(saved.length <= 200 && saved.isWellFormed());
    assert(!/[/\\:*?"<>|\p{Cc}\u202a-\u202e]|^\.|^\s|[.\s]$/u.test(saved), JSON.stringify(saved));
    assertEquals(contentDisposition(saved), header);
  }));
  fc.assert(fc.property(fc.stringMatching(/^[a-zA-Zäöüéß我 _()'-]{1,50}\.[a-z]{1,4}$/), (name) => {
    fc.pre(name.trim() === name);
    const full = contentDisposition(name).split("''")[1] ?? "";
    assertEquals(decodeURIComponent(full), name);
  }));
});

Deno.test("files: any name comes back from a form as it was, and a download can name it", async () => {
  await using team = await startPage();
  const browser = await Browser.open(team.platform);
  const names = fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 })
    .filter((name) => !/[\r\n"\\]/.test(name)); // How a form writes these is not ours.
  await fc.assert(
    fc.asyncProperty(names, async (name) => {
      await browser.write(YOURS, "", [new File(["A"], name)]);
      const [file] = (await lastMessage(browser, YOURS)).files;
      const answer = await browser.get(`workspaces/${YOURS}/files/${file?.id}`);
      assertEquals(file?.name, name);
      assertEquals([answer.text, answer.headers.get("Content-Disposition")], [
        "A",
        contentDisposition(name),
      ]);
    }),
    { numRuns: 50 },
  );
});
