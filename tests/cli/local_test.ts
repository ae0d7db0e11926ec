import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { exists } from "@std/fs";
import { join } from "@std/path";
import { modeOf, TestDir } from "../support/test_dir.ts";
import { NO_MODES, NO_SIGNALS, testUnless } from "../support/test_unless.ts";
import { startLocal } from "./local_process.ts";
import { programCommand, spawnProgram } from "../e2e/program.ts";
import { runProgram } from "./support.ts";

function filesIn(home: string): string {
  return join(home, ".molecule-workspace", "local");
}

async function connectionIn(home: string): Promise<Record<string, unknown>> {
  return JSON.parse(await Deno.readTextFile(join(filesIn(home), "connection.json")));
}

testUnless(NO_SIGNALS, "local says where it is, how to come in and how to join", async () => {
  await using dir = await TestDir.make();
  await using local = await startLocal(dir.path);
  const { platform_url: url, token } = await connectionIn(dir.path);
  assertEquals(local.said.includes(String(token)), false);
  const file = `  ${join(filesIn(dir.path), "connection.json")}`;
  assertStringIncludes(local.said, `A Molecule platform runs on ${url}. Ctrl-C stops it.`);
  assertMatch(local.said, new RegExp(`^  ${url}/#key=[\\w-]{43}$`, "m"));
  // A line of its own, since it is pasted, and as long as the path of the program.
  const pasted = /^ {2}\S.* install claude-code --local$/;
  const lines = local.said.split("\n");
  assertEquals(lines.filter((line) => pasted.test(line)).length, 1);
  assertEquals(lines.includes(file), true);
  const long = lines.filter((line) => line.length > 80 && !pasted.test(line) && line !== file);
  assertEquals(long, []);
});

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  testUnless(NO_SIGNALS, `at ${signal} it ends with 0 and takes its connection away`, async () => {
    await using dir = await TestDir.make();
    await using local = await startLocal(dir.path);
    assertEquals((await connectionIn(dir.path)).pid, local.pid);
    assertEquals(await local.end(signal), 0);
    const left = (await Array.fromAsync(Deno.readDir(filesIn(dir.path)))).map(({ name }) => name);
    assertEquals(left, ["running.lock"]);
  });
}

testUnless(
  NO_SIGNALS,
  "told to end while it starts, it takes its connection away, too",
  async () => {
    await using dir = await TestDir.make();
    const child = spawnProgram({ HOME: dir.path }, [...programCommand(), "local", "--port=0"]);
    const path = join(filesIn(dir.path), "connection.json");
    while (!await exists(path)) await new Promise((resolve) => setTimeout(resolve, 1));
    child.kill("SIGTERM");
    const { code } = await child.status;
    await Promise.all([child.stdout.cancel(), child.stderr.cancel(), child.stdin.close()]);
    assertEquals([code, await exists(path)], [0, false]);
  },
);

testUnless(NO_MODES ?? NO_SIGNALS, "what it keeps is for this user alone", async () => {
  await using dir = await TestDir.make();
  await using _local = await startLocal(dir.path, "--data", dir.at("kept"));
  for (const directory of [filesIn(dir.path), dir.at("kept")]) {
    assertEquals(await modeOf(directory), 0o700, directory);
    for await (const { name } of Deno.readDir(directory)) {
      assertEquals(await modeOf(join(directory, name)), 0o600, name);
    }
  }
});

testUnless(NO_SIGNALS, "a second one says which runs, and changes nothing", async () => {
  await using dir = await TestDir.make();
  await using local = await startLocal(dir.path);
  const before = await connectionIn(dir.path);
  const env = { HOME: dir.path, USERPROFILE: dir.path };
  const { code, stdout, stderr } = await runProgram({ args: ["local", "--port=0"], env });
  assertEquals([code, stdout], [1, ""]);
  assertStringIncludes(stderr, `runs already on ${before.platform_url} (process ${local.pid})`);
  assertEquals(await connectionIn(dir.path), before);
});

testUnless(NO_SIGNALS, "after one that was killed the next one runs", async () => {
  await using dir = await TestDir.make();
  await using killed = await startLocal(dir.path);
  await killed.end("SIGKILL");
  await using next = await startLocal(dir.path);
  assertEquals((await connectionIn(dir.path)).pid, next.pid);
});

testUnless(NO_SIGNALS, "--json is one JSON value, without the token", async () => {
  await using dir = await TestDir.make();
  await using local = await startLocal(dir.path, "--json");
  const told = JSON.parse(local.said);
  const { platform_url, workspace_id, token } = await connectionIn(dir.path);
  assertEquals([told.platform_url, told.workspace_id], [platform_url, workspace_id]);
  assertEquals([told.pid, told.data_dir], [local.pid, null]);
  assert(!local.said.includes(String(token)));
});

Deno.test("a port that is taken, or none, is refused in one line", async () => {
  await using dir = await TestDir.make();
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const env = { HOME: dir.path, USERPROFILE: dir.path };
  const { port } = taken.addr as Deno.NetAddr;
  const refused = await runProgram({ args: ["local", `--port=${port}`], env });
  assertEquals([refused.code, refused.stdout], [1, ""]);
  assertStringIncludes(refused.stderr, `cannot listen on port ${port}: another program does`);
  const wrong = await runProgram({ args: ["local", "--port=x"], env });
  assertEquals([wrong.code, wrong.stdout], [2, ""]);
  assertStringIncludes(wrong.stderr, "--port takes a number from 0");
});

Deno.test("data of another program is refused and left as it is", async () => {
  await using dir = await TestDir.make();
  const text = "no database ".repeat(100);
  await Deno.mkdir(dir.at("kept"));
  await dir.write("kept/platform.db", text);
  const env = { HOME: dir.path, USERPROFILE: dir.path };
  const args = ["local", "--port=0", "--data", dir.at("kept")];
  const { code, stderr } = await runProgram({ args, env });
  assertEquals(code, 1);
  assertStringIncludes(stderr, "file is not a database");
  assertEquals(await Deno.readTextFile(dir.at("kept", "platform.db")), text);
});
