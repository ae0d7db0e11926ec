import {
  assert,
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { field } from "../../src/lib/json.ts";
import { RawProcess, textOf, unlessHanging } from "./raw_process.ts";
import { testTeam } from "./test_workspace.ts";

const isRegister = ({ path }: { path: string }) => path === "/registry/register";

Deno.test("with an empty environment it says what is missing, and ends with 2", async () => {
  await using server = RawProcess.start({});
  const { code, stderr } = await server.ended();
  assertEquals(code, 2);
  assertEquals(server.stdout, "");
  const head = stderr.split("\n").slice(0, 10).join("\n");
  assertStringIncludes(head, "missing required environment");
  for (const name of ["WORKSPACE_ID", "PLATFORM_URL", "MOLECULE_WORKSPACE_TOKEN"]) {
    assertStringIncludes(head, name);
  }
  assertStringIncludes(
    stderr,
    "Currently missing: WORKSPACE_ID, PLATFORM_URL, MOLECULE_WORKSPACE_TOKEN",
  );
  assertMatch(stderr, /canvas/);
  assertMatch(stderr, /Tokens tab/);
  assertNotMatch(stderr, /\n\s+at |Stack backtrace|Allow\?|requests .* access/);
});

Deno.test("only what is missing is said to be missing", async () => {
  await using server = RawProcess.start({ PLATFORM_URL: "https://platform.example" });
  const { code, stderr } = await server.ended();
  assertEquals(code, 2);
  assertMatch(stderr, /Currently missing: WORKSPACE_ID, MOLECULE_WORKSPACE_TOKEN$/m);
});

for (const status of [401, 403]) {
  Deno.test(`everything answered with ${status}: it is told, it stays, and ends with 3`, async () => {
    await using team = await testTeam();
    team.platform.faults.use(() => Response.json({ error: "no" }, { status }));
    const beat = team.platform.nextRequest(({ path }) => path === "/registry/heartbeat");
    await using server = RawProcess.start(team.env);
    await server.initialize();
    await (await unlessHanging(beat, "A heartbeat after the refusal")).answered;
    await server.closeInput();
    const { code, stderr } = await server.ended();
    assertEquals(code, 3);
    assertStringIncludes(stderr, `refused workspace ${team.id} (HTTP ${status})`);
    assert(!stderr.includes(team.token), "The token shows");
    assertNotMatch(stderr, /\n\s+at /);
  });
}

Deno.test("a registration answered with 503 is reported, and it keeps running", async () => {
  await using team = await testTeam();
  const { platform } = team;
  const end = platform.faults.use((request) =>
    isRegister(request) ? Response.json({ error: "soon" }, { status: 503 }) : undefined
  );
  const asked = platform.nextRequest(isRegister);
  await using server = RawProcess.start(team.env);
  await server.initialize();
  assertEquals(await (await unlessHanging(asked, "The registration")).answered, 503);
  const listPeers = { name: "list_peers", arguments: {} };
  assertMatch(textOf(await server.request("tools/call", listPeers)), /Researcher/);
  end();
  assertMatch(textOf(await server.request("tools/call", listPeers)), /Researcher/);
  await server.closeInput();
  const { code, stderr } = await server.ended();
  assertEquals(code, 0);
  assertMatch(stderr, /Registering workspace .* failed: .*503/);
});

Deno.test("the client is answered although the platform hangs", async () => {
  await using team = await testTeam();
  const { platform } = team;
  platform.faults.use(() => "hang");
  const asked = platform.nextRequest(isRegister);
  await using server = RawProcess.start(team.env);
  const { result } = await server.initialize();
  assertEquals(field(field(result, "serverInfo"), "name"), "molecule");
  assertEquals(typeof field(result, "instructions"), "string");
  assert("result" in await server.request("tools/list"));
  await unlessHanging(asked, "The registration");
  assertEquals((await server.request("ping")).result, {});
});

Deno.test("while all is well it writes nothing but MCP", async () => {
  await using team = await testTeam();
  await using server = RawProcess.start(team.env);
  const registered = team.platform.nextRequest(isRegister);
  await server.initialize();
  await (await registered).answered;
  const calls = [
    ["list_peers", {}],
    ["commit_memory", { content: "The tide turns at six" }],
    ["send_message_to_user", { message: "Hello" }],
  ] as const;
  for (const [name, args] of calls) {
    const { result } = await server.request("tools/call", { name, arguments: args });
    assertEquals(field(result, "isError"), undefined);
  }
  await server.closeInput();
  assertEquals(await server.ended(), { code: 0, stderr: "" });
  for (const line of server.stdout.trimEnd().split("\n")) {
    assertEquals(field(JSON.parse(line), "jsonrpc"), "2.0");
  }
});

Deno.test("a saved token that differs from the variable is said in one line, without tokens", async () => {
  await using team = await testTeam();
  const { platform, id, stateDir, env, token } = team;
  const saved = await platform.createToken(id);
  await Deno.writeTextFile(join(stateDir, ".auth_token"), saved, { mode: 0o600 });
  const registered = platform.nextRequest(isRegister);
  await using server = RawProcess.start(env);
  await server.initialize();
  assertEquals((await registered).headers.authorization === `Bearer ${saved}`, true);
  await (await registered).answered;
  await server.request("tools/call", { name: "list_peers", arguments: {} });
  await server.closeInput();
  const { stderr } = await server.ended();
  const lines = stderr.trimEnd().split("\n");
  assertEquals(lines.length, 1);
  assertMatch(stderr, /\.auth_token/);
  assertMatch(stderr, /MOLECULE_WORKSPACE_TOKEN/);
  assert(!stderr.includes(saved) && !stderr.includes(token), "A token shows");
});
