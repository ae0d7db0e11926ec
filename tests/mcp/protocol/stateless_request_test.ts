import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
// @ts-types="@modelcontextprotocol/sdk/inMemory"
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
// @ts-types="@modelcontextprotocol/sdk/server/index"
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { codeOf, resultOf } from "../connection.ts";
import {
  CAPABILITIES_KEY,
  CLIENT_KEY,
  errorText,
  META,
  metaWith,
  StatelessPeer,
  VERSION_KEY,
} from "./stateless_peer.ts";
import type { Message } from "../transport/wire.ts";

for (
  const method of ["server/discover", "tools/list", "tools/call", "ping", "subscriptions/listen"]
) {
  Deno.test(`${method} without what each request must carry is invalid params`, async () => {
    const peer = new StatelessPeer();
    const odd: [key: string, value: unknown][] = [
      [VERSION_KEY, undefined],
      [VERSION_KEY, 20260728],
      [VERSION_KEY, null],
      [CAPABILITIES_KEY, undefined],
      [CAPABILITIES_KEY, null],
      [CAPABILITIES_KEY, []],
      ...["experimental", "roots", "sampling", "elicitation", "extensions"]
        .map((name): [string, unknown] => [CAPABILITIES_KEY, { [name]: true }]),
      [CLIENT_KEY, null],
      [CLIENT_KEY, "test"],
      [CLIENT_KEY, { name: "test" }],
      [CLIENT_KEY, { name: 1, version: "1" }],
      ["io.modelcontextprotocol/logLevel", "loud"],
      ["progressToken", 1.5],
      ["progressToken", {}],
    ];
    for (const [id, [key, value]] of odd.entries()) {
      peer.send(id, method, { _meta: metaWith(key, value), name: "echo", notifications: {} });
      const answer = await peer.answer(id);
      assertEquals(codeOf(answer), -32602, `${key} ${JSON.stringify(value)}`);
      assertStringIncludes(errorText(answer), key);
      assertMatch(errorText(answer), /(?:, | must be )an? \w+/, "it says what is expected");
    }
  });
}

Deno.test("server/discover with no _meta at all is invalid params", async () => {
  const peer = new StatelessPeer();
  for (const [id, params] of [undefined, {}, { _meta: null }, { _meta: 7 }].entries()) {
    peer.send(id, "server/discover", params);
    assertEquals(codeOf(await peer.answer(id)), -32602);
  }
});

Deno.test("a client may keep its name to itself", async () => {
  const peer = new StatelessPeer();
  const answer = await peer.ask(1, "server/discover", { _meta: metaWith(CLIENT_KEY, undefined) });
  assertEquals(resultOf(answer).supportedVersions, ["2026-07-28"]);
});

Deno.test("a version that is not served is named along with those that are", async () => {
  const peer = new StatelessPeer();
  for (const [id, requested] of ["2025-11-25", "2027-01-01", "v999.0.0", ""].entries()) {
    // Whatever else the other version asks for may be missing here.
    const answer = await peer.ask(id, "tools/list", { _meta: { [VERSION_KEY]: requested } });
    assertEquals(answer.error, {
      code: -32022,
      message: "Unsupported protocol version",
      data: { supported: ["2026-07-28"], requested },
    });
  }
});

Deno.test("a request is of this era by itself alone, never by the one before", async () => {
  const peer = new StatelessPeer();
  const takes = (method: string, params?: Message) =>
    peer.era.takes({ jsonrpc: "2.0", id: 1, method, ...(params && { params }) });
  await peer.ask(0, "server/discover");
  const plain = [
    undefined,
    {},
    { _meta: {} },
    { _meta: null },
    { _meta: { progressToken: 1 } },
    { _meta: { "io.modelcontextprotocol/related-task": { taskId: "1" } } },
  ];
  for (const params of plain) {
    assertEquals(takes("tools/list", params), false, JSON.stringify(params));
  }
  assertEquals(takes("tools/list", { _meta: META }), true);
  assertEquals(takes("ping", { _meta: META }), true);
  assertEquals(takes("tools/list", { _meta: metaWith(VERSION_KEY, 7) }), true);
  // Malformed, as it lacks the version; no request of the other era carries the rest.
  assertEquals(takes("tools/list", { _meta: metaWith(VERSION_KEY, undefined) }), true);
  assertEquals(takes("server/discover"), true);
  assertEquals(takes("initialize", { _meta: META }), false);
});

/** What a server of the SDK's first line, which has only the handshake, answers. */
async function handshakeOnlyAnswer(method: string, params: Message): Promise<unknown> {
  const [client, other] = InMemoryTransport.createLinkedPair();
  const server = new Server({ name: "x", version: "1" }, { capabilities: { tools: {} } });
  await server.connect(other);
  const answered = new Promise((resolve) => client.onmessage = resolve);
  await client.start();
  await client.send({ jsonrpc: "2.0", id: "d", method, params });
  const answer = await answered;
  await server.close();
  return answer;
}

Deno.test("Claude Code is told what a server with only the handshake tells it", async () => {
  const peer = new StatelessPeer();
  const claude = { name: "claude-code", version: "2.1.0" };
  for (const version of ["2026-07-28", "2027-01-01", undefined]) {
    peer.messages.length = 0;
    const _meta = { ...metaWith(VERSION_KEY, version), [CLIENT_KEY]: claude };
    const answer = await peer.ask("d", "server/discover", { _meta });
    assertEquals(answer, await handshakeOnlyAnswer("server/discover", { _meta }));
    assertEquals(codeOf(answer), -32601);
  }
  // Only there: what it asks for without having asked before is served.
  const list = await peer.ask(1, "tools/list", { _meta: metaWith(CLIENT_KEY, claude) });
  assertEquals(resultOf(list).resultType, "complete");
  for (const [id, name] of ["claude-ai", "Claude-Code", "claude-code-2"].entries()) {
    const _meta = metaWith(CLIENT_KEY, { name, version: "1" });
    assert(resultOf(await peer.ask(`other ${id}`, "server/discover", { _meta })).instructions);
  }
});
