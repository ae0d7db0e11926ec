import { assert, assertEquals } from "@std/assert";
import type { InboxMessage } from "../../../src/inbox/message.ts";
import { channelPush } from "../../../src/mcp/push/channel.ts";
import { McpServer } from "../../../src/mcp/server.ts";
import { isObject, type JsonObject } from "../../../src/lib/json.ts";
import { SecretRedactor } from "../../../src/safety/secrets/secret_redactor.ts";

const TOKEN = "molecule-secret-token-of-this-test";
const MESSAGE: InboxMessage = {
  activity_id: "3c1d5a8e-42b7-4f60-8e19-9a7b6c5d4e3f",
  text: "Hello",
  peer_id: "",
  kind: "canvas_user",
  method: "message/send",
  created_at: "2026-05-04T10:20:30Z",
};

/** A server whose client is this function. */
async function serverTo(
  send: (message: JsonObject) => void | Promise<void>,
): Promise<McpServer> {
  const server = new McpServer({
    instructions: "",
    tools: { listTools: () => [], callTool: () => Promise.resolve({ content: [] }) },
  });
  await server.connect({
    start: () => Promise.resolve(),
    close: () => Promise.resolve(),
    send: (message) => {
      assert(isObject(message));
      // As it does on the wire.
      return Promise.try(send, message);
    },
  });
  return server;
}

/** What the client is sent when the message is pushed. */
async function sent(message: InboxMessage, token = TOKEN): Promise<JsonObject[]> {
  const messages: JsonObject[] = [];
  const server = await serverTo((sending) => void messages.push(sending));
  const redactor = new SecretRedactor();
  redactor.add(token);
  channelPush(server, { name: "claude-code" }, redactor)?.(message);
  await Promise.resolve();
  return messages;
}

Deno.test("a message is pushed as a notification of the channel, which has no id", async () => {
  const [message, ...others] = await sent(MESSAGE);
  assert(message && others.length === 0);
  assertEquals(Object.keys(message).sort(), ["jsonrpc", "method", "params"]);
  assertEquals(message.method, "notifications/claude/channel");
  assert(isObject(message.params));
  assertEquals(Object.keys(message.params), ["content", "meta"]);
});

Deno.test("no token leaves through a pushed message", async () => {
  const json = JSON.stringify(await sent({ ...MESSAGE, text: `Is ${TOKEN} "good"?` }));
  assert(!json.includes(TOKEN), "The token shows");
  assert(json.includes('Is [redacted] \\"good\\"?'));
});

Deno.test("a token made of JSON's own marks does not keep a message from being pushed", async () => {
  const attachments = [{ kind: "file", name: 'b":"file' }];
  const [message] = await sent({ ...MESSAGE, text: 'a":"file', attachments }, '":"file');
  assert(isObject(message?.params) && isObject(message.params.meta));
  assertEquals(String(message.params.content).split("\n")[1], "a[redacted]");
  assertEquals(message.params.meta.attachments, '[{"kind":"file","name":"b[redacted]"}]');
});

Deno.test("a token with signs that the attachments' JSON escapes is redacted in it", async () => {
  const token = "molecule=secret&of'this=test==";
  const attachments = [{ kind: "file", name: `is ${token} good` }];
  const [message] = await sent({ ...MESSAGE, attachments }, token);
  assert(isObject(message?.params) && isObject(message.params.meta));
  const { attachments: json } = message.params.meta;
  assertEquals(JSON.parse(String(json)), [{ kind: "file", name: "is [redacted] good" }]);
});

for (
  const [name, host] of [
    ["claude-code", "claude"],
    ["Claude Desktop", "claude"],
    ["claude-ai", "claude"],
    ["openclaw-gateway", "openclaw"],
    ["cursor-vscode", "cursor"],
    ["Hermes", "hermes"],
    ["codex-mcp-client", undefined],
    ["precursor", undefined],
    ["mcp", undefined],
    ["", undefined],
  ] as const
) {
  Deno.test(`${name || "a client without a name"} is pushed to by ${host ?? "nothing"}`, async () => {
    const methods: unknown[] = [];
    const server = await serverTo(({ method }) => void methods.push(method));
    channelPush(server, { name }, new SecretRedactor())?.(MESSAGE);
    await Promise.resolve();
    assertEquals(methods, host === undefined ? [] : [`notifications/${host}/channel`]);
  });
}

Deno.test("what waits for a client that is gone is not pushed to the next one", async () => {
  const written = Promise.withResolvers<void>();
  let count = 0;
  const server = await serverTo(() => {
    count += 1;
    return written.promise;
  });
  const gone = new AbortController();
  const push = channelPush(server, { name: "claude-code" }, new SecretRedactor(), gone.signal);
  for (const text of ["one", "two"]) push?.({ ...MESSAGE, text });
  await new Promise((resolve) => setTimeout(resolve, 0));
  gone.abort();
  written.resolve();
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(count, 1);
});

Deno.test("a client that is gone is not a problem for the push", async () => {
  const failure = Promise.withResolvers<Error>();
  const server = await serverTo(() => {
    throw new Deno.errors.BrokenPipe("gone");
  });
  server.onerror = failure.resolve;
  channelPush(server, { name: "claude-code" }, new SecretRedactor())?.(MESSAGE);
  assertEquals((await failure.promise).message, "gone");
});

Deno.test("the next message is made when the one before it is written", async () => {
  const written = Promise.withResolvers<void>();
  const contents: unknown[] = [];
  const server = await serverTo(({ params }) => {
    assert(isObject(params));
    contents.push(params.content);
    return written.promise;
  });
  const push = channelPush(server, { name: "claude-code" }, new SecretRedactor());
  for (const text of ["one", "two", "three"]) push?.({ ...MESSAGE, text });
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(contents.length, 1);
  written.resolve();
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(contents.length, 3);
});
