import { assert, assertEquals } from "@std/assert";
import { startBridge } from "../../scripts/conformance/bridge.ts";
import { field, type JsonObject } from "../../src/lib/json.ts";
import { programCommand } from "../e2e/program.ts";
import { testTeam } from "../e2e/test_workspace.ts";
import { denoCommand } from "../../scripts/deno_command.ts";

interface Answer {
  readonly status: number;
  readonly session: string | null;
  readonly body: string;
}

/** The bridge before the real program, and a way to post to it. */
async function withBridge(
  run: (
    post: (message: JsonObject, session?: string) => Promise<Answer>,
    url: string,
  ) => Promise<void>,
): Promise<void> {
  await using team = await testTeam();
  const [command, ...args] = programCommand();
  const program = { name: "under test", command, args };
  await using bridge = startBridge(program, { env: team.env, cwd: team.stateDir });
  await run(async (message, session) => {
    const response = await fetch(bridge.url, {
      method: "POST",
      headers: session === undefined ? {} : { "Mcp-Session-Id": session },
      body: JSON.stringify({ jsonrpc: "2.0", ...message }),
    });
    const { status, headers } = response;
    return { status, session: headers.get("mcp-session-id"), body: await response.text() };
  }, bridge.url);
}

const HELLO = {
  id: 1,
  method: "initialize",
  params: {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "bridge-test", version: "1" },
  },
};

Deno.test("a session is a process: it begins with initialize and ends with DELETE", async () => {
  await withBridge(async (post, url) => {
    const { status, session, body } = await post(HELLO);
    assertEquals(status, 200);
    assert(session !== null);
    assertEquals(field(field(JSON.parse(body), "result"), "protocolVersion"), "2025-06-18");
    assertEquals((await post({ method: "notifications/initialized" }, session)).status, 202);
    const pong = await post({ id: "p", method: "ping" }, session);
    assertEquals(JSON.parse(pong.body), { jsonrpc: "2.0", id: "p", result: {} });
    const end = await fetch(url, { method: "DELETE", headers: { "Mcp-Session-Id": session } });
    await end.body?.cancel();
    assertEquals(end.status, 200);
    assertEquals((await post({ id: 2, method: "ping" }, session)).status, 404);
  });
});

Deno.test("without a session one process answers all, two requests with one id too", async () => {
  await withBridge(async (post) => {
    const answers = await Promise.all([1, 2].map(() => post({ id: 7, method: "ping" })));
    for (const { status, body } of answers) {
      assertEquals([status, JSON.parse(body)], [200, { jsonrpc: "2.0", id: 7, result: {} }]);
    }
    const unknown = await post({ id: 8, method: "no/such" });
    assertEquals([unknown.status, field(JSON.parse(unknown.body), "id")], [404, 8]);
  });
});

/** Reports once before it answers, to somebody else as well. */
const REPORTING = `
for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  const { id, params } = JSON.parse(text);
  const say = (message) => console.log(JSON.stringify({ jsonrpc: "2.0", ...message }));
  for (const progressToken of ["someone-else", params._meta.progressToken]) {
    say({ method: "notifications/progress", params: { progressToken, progress: 1 } });
  }
  say({ id, result: {} });
}`;

Deno.test("what is told on the way comes before the answer, as events, to whom it is for", async () => {
  const program = { name: "stand-in", command: denoCommand(), args: ["eval", REPORTING] };
  await using bridge = startBridge(program, { env: {}, cwd: Deno.cwd() });
  const response = await fetch(bridge.url, {
    method: "POST",
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 9,
      params: { _meta: { progressToken: "t" } },
      method: "x",
    }),
  });
  const messages = (await response.text()).split("\n").filter((line) => line.startsWith("data: "))
    .map((line) => JSON.parse(line.slice("data: ".length)));
  assertEquals(messages, [
    {
      jsonrpc: "2.0",
      method: "notifications/progress",
      params: { progressToken: "t", progress: 1 },
    },
    { jsonrpc: "2.0", id: 9, result: {} },
  ]);
});
