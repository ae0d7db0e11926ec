import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { join } from "@std/path";
import { field } from "../../src/lib/json.ts";
import { programCommand } from "./program.ts";
import { RawProcess, textOf } from "./raw_process.ts";
import { homeVariables, nativePath } from "../support/native_path.ts";
import { type TestTeam, testTeam } from "./test_workspace.ts";
import { NO_REMOVAL_WHILE_OPEN, testUnless } from "../support/test_unless.ts";

/** How the program ends that does not start. */
async function refusal(env: Record<string, string>): Promise<string> {
  await using server = RawProcess.start(env);
  const { code, stderr } = await server.ended();
  assertEquals([code, server.stdout], [2, ""]);
  assertNotMatch(stderr, /\n\s+at /);
  return stderr;
}

async function listPeers(team: TestTeam, env: Record<string, string>): Promise<string> {
  await using server = RawProcess.start({ ...team.env, ...env });
  await server.initialize();
  const answer = await server.request("tools/call", { name: "list_peers", arguments: {} });
  await server.closeInput();
  await server.ended();
  return textOf(answer);
}

Deno.test("~ in a setting is the home directory", async () => {
  await using team = await testTeam();
  await Deno.writeTextFile(join(team.stateDir, "token"), team.token, { mode: 0o600 });
  const text = await listPeers(team, {
    ...homeVariables(team.stateDir),
    CONFIGS_DIR: "~/state",
    MOLECULE_WORKSPACE_TOKEN: "",
    MOLECULE_WORKSPACE_TOKEN_FILE: "~/token",
  });
  assertMatch(text, /Researcher/);
  assertEquals((await Deno.stat(join(team.stateDir, "state"))).isDirectory, true);
});

Deno.test("a relative path and a placeholder end the start with 2, by name and with the way out", async () => {
  await using team = await testTeam();
  const home = homeVariables(nativePath("/home/ada"));
  const relative = await refusal({ ...team.env, CONFIGS_DIR: "state", ...home });
  assertMatch(
    relative,
    /CONFIGS_DIR: expected an absolute path, got "state"; .*home[\\/]+ada[\\/]+state/,
  );
  const placeholder = await refusal({ ...team.env, MOLECULE_WORKSPACE_TOKEN: "${MY_TOKEN}" });
  assertMatch(
    placeholder,
    /MOLECULE_WORKSPACE_TOKEN: still holds the placeholder "\$\{MY_TOKEN\}"/,
  );
  assertNotMatch(placeholder, /Currently missing/);
});

Deno.test("a token file in UTF-16 is read, and an empty saved token is named", async () => {
  await using team = await testTeam();
  const saved = join(team.stateDir, ".auth_token");
  const { MOLECULE_WORKSPACE_TOKEN: _, ...env } = team.env;
  const view = new DataView(new ArrayBuffer(2 + 2 * team.token.length));
  [..."\ufeff" + team.token].forEach((c, i) => view.setUint16(2 * i, c.charCodeAt(0), true));
  await Deno.writeFile(saved, new Uint8Array(view.buffer), { mode: 0o600 });
  assertMatch(await listPeers(team, { MOLECULE_WORKSPACE_TOKEN: "" }), /Researcher/);
  await Deno.writeTextFile(saved, "\n");
  assertMatch(await refusal(env), /the saved token's file \S*\.auth_token is empty/);
});

testUnless(NO_REMOVAL_WHILE_OPEN, {
  name: "a working directory that is removed while it runs disturbs nothing",
  fn: async () => {
    await using team = await testTeam();
    const gone = join(team.stateDir, "gone");
    await Deno.mkdir(gone);
    const command = ["sh", "-c", 'cd "$0" && exec "$@"', gone, ...programCommand()];
    await using server = RawProcess.start(team.env, command);
    await server.initialize();
    await Deno.remove(gone);
    await team.platform.sendAsUser(team.id, "hello");
    const call = (name: string, args: Record<string, unknown>) =>
      server.request("tools/call", { name, arguments: args });
    const message = JSON.parse(textOf(await call("wait_for_message", { timeout_secs: 20 })));
    const { activity_id } = message;
    for (
      const answer of [
        await call("inbox_pop", { activity_id }),
        await call("send_message_to_user", { message: "done" }),
      ]
    ) assertEquals(field(answer.result, "isError"), undefined, textOf(answer));
    await server.closeInput();
    assertEquals(await server.ended(), { code: 0, stderr: "" });
  },
});
