import { assert, assertEquals, assertMatch } from "@std/assert";
import { runProgram } from "../cli/support.ts";
import { RawProcess } from "../e2e/raw_process.ts";
import { modeOf } from "../support/test_dir.ts";
import { NO_MODES, testUnless } from "../support/test_unless.ts";
import { Stage } from "./doctor/stage.ts";

/** Everything below a directory with sizes, modes and times, but for what Deno itself caches. */
async function snapshot(path: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(path)) {
    if (name === ".cache") continue;
    const entry = `${path}/${name}`;
    const { size, mode, mtime } = await Deno.lstat(entry);
    // Making and removing a file in a directory changes its own time.
    lines.push(`${entry} ${size} ${mode} ${isDirectory ? "" : mtime?.toISOString()}`);
    if (isDirectory) lines.push(...await snapshot(entry));
  }
  return lines.sort();
}

Deno.test("doctor prints a line for each fact, where to begin last, and changes nothing", async () => {
  await using stage = await Stage.make();
  await stage.writeState(".auth_token", stage.token);
  await stage.writeState("settings.json", JSON.stringify({ workspace_id: stage.id }));
  const before = await snapshot(stage.dir.path);
  const { code, stdout, stderr } = await runProgram({
    args: ["doctor"],
    env: { ...stage.env, PATH: stage.dir.path },
  });
  assertEquals(stderr, "");
  assertEquals(code, 0);
  for (const line of stdout.trimEnd().split("\n").slice(0, -1)) {
    assertMatch(line, /^(ok|WARN|FAIL|-) +[a-z]+ +\S/);
  }
  assertMatch(stdout, /\nNothing is wrong\.\n$/);
  assertEquals(await snapshot(stage.dir.path), before);
  const methods = new Set(stage.platform.requests.map(({ method }) => method));
  assertEquals([...methods], ["GET"]);
  assertEquals(stage.platform.status(stage.id), "awaiting_agent");
});

Deno.test("doctor leaves no trace of a first run", async () => {
  await using stage = await Stage.make();
  const { code, stdout } = await runProgram({
    args: ["doctor"],
    env: { HOME: stage.dir.path, PATH: stage.dir.path },
  });
  assertEquals(code, 2);
  assertMatch(
    stdout,
    /\nFirst: settings: nothing is set up: [^\n]+\n {2}molecule-mcp auth login\n$/,
  );
  assertEquals(await snapshot(`${stage.dir.path}/state`), []);
  assert(!(await stage.dir.names()).includes(".molecule-workspace"));
});

Deno.test("doctor without a home says what is missing", async () => {
  const { code, stdout, stderr } = await runProgram({
    args: ["doctor", "--offline"],
    env: { HOME: "", USERPROFILE: "" },
  });
  assertEquals(stderr, "");
  assertEquals(code, 2);
  assertMatch(stdout, /HOME is not set/);
});

Deno.test("doctor --offline asks nobody", async () => {
  await using stage = await Stage.make();
  const { code, stdout } = await runProgram({ args: ["doctor", "--offline"], env: stage.env });
  assertEquals(code, 0);
  assertMatch(stdout, /^- +network +not asked \(--offline\)$/m);
  assertEquals(stage.platform.requests, []);
});

Deno.test("doctor --json prints what src/commands/README.md says", async () => {
  await using stage = await Stage.make();
  stage.platform.revokeTokens(stage.id);
  const { code, stdout, stderr } = await runProgram({ args: ["doctor", "--json"], env: stage.env });
  assertEquals(stderr, "");
  assertEquals(code, 3);
  const report = JSON.parse(stdout);
  assertEquals(Object.keys(report), [
    ...["version", "deno", "system", "checked_at", "exit_code", "first", "checks"],
  ]);
  assertEquals(report.exit_code, 3);
  assertEquals(report.first.cause, "token.refused");
  for (const check of report.checks) {
    assertMatch(check.cause, new RegExp(`^${check.area}\\.[a-z0-9_]+$`));
    assert(["ok", "warn", "fail", "skip"].includes(check.mark));
  }
});

Deno.test("doctor --bundle writes a report without secrets, and overwrites nothing", async () => {
  await using stage = await Stage.make();
  const path = stage.dir.at("report.json");
  const env = { ...stage.env, HTTPS_PROXY: "http://user:hunter22@127.0.0.1:9" };
  const args = ["doctor", "--offline", "--bundle", path];
  const written = await runProgram({ args, env });
  assertEquals(written.code, 0);
  assertMatch(written.stderr, /^Wrote .*report\.json\. It holds no token/);
  const text = await Deno.readTextFile(path);
  assert(!text.includes(stage.token));
  assert(!text.includes("hunter22"));
  const report = JSON.parse(text);
  assert(report.variables_set.includes("MOLECULE_WORKSPACE_TOKEN"));
  assert(!report.variables_set.includes("MOLECULE_ORG_ID"));
  const again = await runProgram({ args, env });
  assertEquals(again.code, 1);
  assertMatch(again.stderr, /is there already and is not overwritten/);
  assertEquals(await Deno.readTextFile(path), text);
  const nowhere = stage.dir.at("none", "report.json");
  const failed = await runProgram({ args: ["doctor", "--offline", "--bundle", nowhere], env });
  assertEquals(failed.code, 1);
  assertMatch(failed.stderr, /there is no directory/);
});

testUnless(NO_MODES, "the report is for its owner's eyes, and a link is not followed", async () => {
  await using stage = await Stage.make();
  const path = stage.dir.at("report.json");
  await runProgram({ args: ["doctor", "--offline", "--bundle", path], env: stage.env });
  assertEquals(await modeOf(path), 0o600);
  const link = stage.dir.at("link.json");
  await Deno.symlink(stage.dir.at("target.json"), link);
  const { code } = await runProgram({
    args: ["doctor", "--offline", "--bundle", link],
    env: stage.env,
  });
  assertEquals(code, 1);
  assert(!(await stage.dir.names()).includes("target.json"));
});

Deno.test("several workspaces are each told apart", async () => {
  await using stage = await Stage.make();
  const other = await stage.platform.createWorkspace({ name: "Other" });
  const workspaces = [{ id: stage.id, token: stage.token }, {
    id: other.id,
    token: "x".repeat(43),
  }];
  const { code, stdout } = await runProgram({
    args: ["doctor"],
    env: {
      HOME: stage.dir.path,
      CONFIGS_DIR: stage.stateDir,
      PLATFORM_URL: stage.platform.url,
      MOLECULE_WORKSPACES: JSON.stringify(workspaces),
    },
  });
  assertEquals(code, 3);
  assertMatch(stdout, new RegExp(`^ok .*workspace ${stage.id}: .* accepts`, "m"));
  assertMatch(stdout, new RegExp(`^FAIL token +workspace ${other.id}: .* refuses`, "m"));
});

Deno.test("doctor says which process delivers, and does not disturb it", async () => {
  await using stage = await Stage.make();
  const registered = stage.platform.nextRequest(({ path }) => path.endsWith("/activity"));
  await using server = RawProcess.start(stage.env);
  await server.initialize();
  await registered;
  const { code, stdout } = await runProgram({ args: ["doctor"], env: stage.env });
  assertEquals(code, 0);
  assertMatch(
    stdout,
    // On Windows the lock also keeps others from reading who holds it.
    new RegExp(`^ok +delivery +(process ${server.pid}|a process) .*delivers on this machine`, "m"),
  );
  assertMatch(stdout, /status online/);
  await server.closeInput();
  assertEquals((await server.ended()).stderr, "");
});

Deno.test("doctor names a client's entry that starts nothing, and a token in it, without showing it", async () => {
  await using stage = await Stage.make();
  const secret = "n0b0dy-may-see-this-token-of-a-client-entry";
  const entry = {
    command: stage.dir.at("gone", "molecule-mcp"),
    env: { MOLECULE_WORKSPACE_TOKEN: secret, WORKSPACE_ID: stage.id },
  };
  await stage.dir.write(".claude.json", JSON.stringify({ mcpServers: { molecule: entry } }));
  const bundle = stage.dir.at("report.json");
  const env = { ...stage.env, USERPROFILE: stage.dir.path };
  const { code, stdout } = await runProgram({ args: ["doctor", "--bundle", bundle], env });
  assertEquals(code, 1);
  assertMatch(stdout, /^First: clients: claude-code .*which is not there\.$/m);
  assertMatch(stdout, /^ {2}molecule-mcp install claude-code --replace$/m);
  assertMatch(stdout, /^WARN +clients .*in clear text/m);
  assert(!(stdout + await Deno.readTextFile(bundle)).includes(secret));
  const here = { ...env, WORKSPACE_ID: "", PLATFORM_URL: "", MOLECULE_WORKSPACE_TOKEN: "" };
  const unset = await runProgram({ args: ["doctor", "--offline"], env: here });
  assertEquals(unset.code, 2);
  assertMatch(unset.stdout, /^First: settings: .*only in the entry of claude-code/m);
});
