import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { openData } from "../../src/commands/local/open_data.ts";
import { modeOf, TestDir } from "../support/test_dir.ts";
import { NO_MODES, testUnless } from "../support/test_unless.ts";
import { runProgram } from "./support.ts";

const STATE = join(".molecule-workspace", "local");

async function runLocal(dir: TestDir, ...args: string[]) {
  const env = { HOME: dir.path, USERPROFILE: dir.path };
  const { code, stderr } = await runProgram({ args: ["local", "--port=0", ...args], env });
  assert(!stderr.includes("Please report"), stderr);
  return { code, stderr };
}

Deno.test("a directory in place of the lock is named, as what it is", async () => {
  await using dir = await TestDir.make();
  await Deno.mkdir(dir.at(STATE, "running.lock"), { recursive: true, mode: 0o700 });
  const { code, stderr } = await runLocal(dir);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "running.lock is not a file");
});

testUnless(
  NO_MODES,
  "a link in place of the connection is refused, and no token stays",
  async () => {
    await using dir = await TestDir.make();
    await Deno.mkdir(dir.at(STATE), { recursive: true, mode: 0o700 });
    await dir.write("victim", "as it was");
    await Deno.symlink(dir.at("victim"), dir.at(STATE, "connection.json"));
    const { code, stderr } = await runLocal(dir);
    assertEquals(code, 1);
    assertStringIncludes(stderr, "got a symbolic link");
    assertEquals(await Deno.readTextFile(dir.at("victim")), "as it was");
    const left = (await Array.fromAsync(Deno.readDir(dir.at(STATE)))).map(({ name }) => name);
    assertEquals(left.toSorted(), ["connection.json", "running.lock"]);
  },
);

testUnless(
  NO_MODES,
  "data is neither waited for at a named pipe nor kept where all may write",
  async () => {
    await using dir = await TestDir.make();
    await Deno.mkdir(dir.at("piped"));
    await new Deno.Command("mkfifo", { args: [dir.at("piped", "platform.db")] }).output();
    const piped = await runLocal(dir, "--data", dir.at("piped"));
    assertEquals(piped.code, 1);
    assertStringIncludes(piped.stderr, "it is a named pipe");

    await Deno.mkdir(dir.at("open"));
    await Deno.chmod(dir.at("open"), 0o777);
    const open = await runLocal(dir, "--data", dir.at("open"));
    assertEquals(open.code, 1);
    assertStringIncludes(open.stderr, "everybody may write there");
    assertEquals(await Array.fromAsync(Deno.readDir(dir.at("open"))), []);
  },
);

testUnless(NO_MODES, "data that others may read is closed before anything is written", async () => {
  await using dir = await TestDir.make();
  await dir.write("platform.db", "");
  await Deno.chmod(dir.at("platform.db"), 0o644);
  const store = await openData(dir.path);
  for await (const { name } of Deno.readDir(dir.path)) {
    assertEquals(await modeOf(dir.at(name)), 0o600, name);
  }
  store.close();
});
