import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { join } from "@std/path";
import { field, type JsonObject } from "../../src/lib/json.ts";
import { databaseAway } from "../support/database_away.ts";
import { replaceFile } from "../../src/lib/files/replace_file.ts";
import { RawProcess, textOf } from "./raw_process.ts";
import { type TestTeam, testTeam } from "./test_workspace.ts";

const WRONG = "tok-Of_NobodyAtAll-0123456789";

/** A workspace whose server is given a wrong token. */
async function wrongTokenTeam(): Promise<TestTeam> {
  const team = await testTeam();
  return {
    ...team,
    env: { ...team.env, MOLECULE_WORKSPACE_TOKEN: WRONG },
    [Symbol.asyncDispose]: () => team[Symbol.asyncDispose](),
  };
}

async function writeToken({ stateDir }: TestTeam, token: string): Promise<void> {
  const path = join(stateDir, ".auth_token");
  await Deno.writeTextFile(`${path}.new`, token, { mode: 0o600 });
  await replaceFile(`${path}.new`, path);
}

async function call(
  server: RawProcess,
  name: string,
  args: JsonObject = {},
): Promise<{ text: string; isError: boolean }> {
  const answer = await server.request("tools/call", { name, arguments: args });
  return { text: textOf(answer), isError: field(answer.result, "isError") === true };
}

const PLATFORM_TOOLS: readonly [string, JsonObject][] = [
  ["list_peers", {}],
  ["wait_for_message", { timeout_secs: 30 }],
  ["inbox_peek", {}],
  ["send_message_to_user", { message: "Hello" }],
  ["check_task_status", {}],
  ["recall_memory", { query: "tide" }],
  ["create_approval", { action: "Open the lock" }],
  ["check_requests", {}],
];

Deno.test("with a wrong token it keeps running, every tool says why, and with a new one it recovers", async () => {
  await using team = await wrongTokenTeam();
  await using server = RawProcess.start(team.env);
  await server.initialize();
  for (const [name, args] of PLATFORM_TOOLS) {
    const { text, isError } = await call(server, name, args);
    assert(isError, `${name}: ${text}`);
    assertMatch(text, /401.*The workspace token was refused \(since .* UTC/, name);
    assertMatch(text, /tried: MOLECULE_WORKSPACE_TOKEN\)/, name);
    assertNotMatch(text, /new token|Create/, name);
  }
  await writeToken(team, team.token);
  assertMatch((await call(server, "list_peers")).text, /Researcher/);
  const waited = await call(server, "wait_for_message", { timeout_secs: 0 });
  assertEquals(waited.isError, false);
  assertMatch(waited.text, /^\{"timeout":true,"timeout_secs":0,/);
  // Until the platform was asked with the new token, an empty inbox says that it was not.
  let peeked = await call(server, "inbox_peek");
  while (peeked.text !== "[]") {
    assertMatch(peeked.text, /^\{"messages":\[\],"problem":"The platform has not yet answered/);
    peeked = await call(server, "inbox_peek");
  }
  await server.closeInput();
  const { code, stderr } = await server.ended();
  assertEquals(code, 0, "It was taken in the end");
  assert(!stderr.includes(WRONG) && !stderr.includes(team.token), "A token shows");
});

Deno.test("refused until the end of input it ends with 3, and has said so in a few lines", async () => {
  await using team = await wrongTokenTeam();
  await using server = RawProcess.start(team.env);
  await server.initialize();
  assert((await call(server, "list_peers")).isError);
  await server.closeInput();
  const { code, stderr } = await server.ended();
  assertEquals(code, 3);
  assertMatch(stderr, new RegExp(`refused workspace ${team.id} \\(HTTP 401\\)`));
  assert(stderr.trimEnd().split("\n").length <= 3, stderr);
});

Deno.test("a message at hand is given out while the token is refused", async () => {
  await using team = await testTeam();
  const { platform, id } = team;
  await using server = RawProcess.start(team.env);
  await server.initialize();
  await platform.sendAsUser(id, "Before the trouble");
  assertMatch((await call(server, "wait_for_message")).text, /Before the trouble/);
  const end = platform.faults.use(databaseAway);
  assert((await call(server, "send_message_to_user", { message: "x" })).isError);
  assertMatch((await call(server, "wait_for_message")).text, /Before the trouble/);
  assertMatch((await call(server, "inbox_peek")).text, /Before the trouble/);
  end();
});

Deno.test("a stale file and a good variable come through a database that is away", async () => {
  await using team = await testTeam();
  const { platform } = team;
  await writeToken(team, WRONG);
  await using server = RawProcess.start(team.env);
  await server.initialize();
  assertMatch((await call(server, "list_peers")).text, /Researcher/);
  const end = platform.faults.use(databaseAway);
  for (let i = 0; i < 5; i++) {
    const { text, isError } = await call(server, "send_message_to_user", { message: "Hello" });
    assert(isError);
    assertMatch(text, /tried: \.auth_token in \S+, MOLECULE_WORKSPACE_TOKEN\)/);
    assertMatch(text, /may be having trouble \(it answered another call with 500\)/);
    assertNotMatch(text, /new token|Create/);
  }
  end();
  // Nobody writes a token: the same ones are tried again.
  let said = await call(server, "send_message_to_user", { message: "Again" });
  while (said.isError) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    said = await call(server, "send_message_to_user", { message: "Again" });
  }
  assertEquals(platform.userMessages(team.id).map(({ message }) => message), ["Again"]);
});

Deno.test("starting on a removed workspace says so, keeps no token, and ends with 3", async () => {
  await using team = await testTeam();
  const { platform, id, stateDir } = team;
  platform.removeWorkspace(id);
  await using server = RawProcess.start(team.env);
  await server.initialize();
  for (const name of ["send_message_to_user", "wait_for_message", "check_task_status"]) {
    const { text, isError } = await call(server, name, { message: "x" });
    assert(isError, text);
    assertMatch(text, new RegExp(`Workspace ${id} was removed from the platform\\. `), name);
    assertNotMatch(text, /is tried again|retrying/, name);
  }
  await server.closeInput();
  const { code, stderr } = await server.ended();
  assertEquals(code, 3);
  assertMatch(stderr, /was removed from the platform/);
  assertNotMatch(stderr, /typing error|issued a new one/);
  const names = (await Array.fromAsync(Deno.readDir(stateDir))).map(({ name }) => name);
  assert(!names.includes(".auth_token"), names.join(" "));
});

Deno.test("a workspace that is removed while it runs is reported at the first 401", async () => {
  await using team = await testTeam();
  const { platform, id } = team;
  await using server = RawProcess.start(team.env);
  await server.initialize();
  assertMatch((await call(server, "list_peers")).text, /Researcher/);
  platform.removeWorkspace(id);
  const { text, isError } = await call(server, "send_message_to_user", { message: "x" });
  assert(isError);
  assertMatch(text, /was removed from the platform/);
  assertMatch((await call(server, "wait_for_message")).text, /was removed from the platform/);
  await server.closeInput();
  assertEquals((await server.ended()).code, 0);
});

Deno.test("an id that is no UUID is named at once", async () => {
  await using team = await testTeam();
  // The real one knows no such workspace and fails on the id itself.
  team.platform.faults.use(({ path }) => {
    if (path.startsWith("/registry/")) {
      return Response.json({ error: "registration failed" }, { status: 500 });
    }
    return path === "/workspaces/my-agent" ? undefined : Response.json({
      error: "invalid workspace auth token",
    }, { status: 401 });
  });
  await using server = RawProcess.start({ ...team.env, WORKSPACE_ID: "my-agent" });
  await server.initialize();
  for (const name of ["list_peers", "send_message_to_user", "wait_for_message"]) {
    const { text, isError } = await call(server, name, { message: "x" });
    assert(isError, text);
    assertMatch(text, /my-agent is not a workspace id/, name);
    assertNotMatch(text, /new token|check WORKSPACE_ID/, name);
  }
  await server.closeInput();
  const { code, stderr } = await server.ended();
  assertEquals(code, 3);
  assertMatch(stderr, /my-agent is not a workspace id/);
});
