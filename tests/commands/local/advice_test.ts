import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { startLocal } from "../../cli/local_process.ts";
import { runProgram } from "../../cli/support.ts";
import { TestDir } from "../../support/test_dir.ts";
import { NO_SIGNALS, testUnless } from "../../support/test_unless.ts";

/** What a command says to somebody with this home. */
async function said(dir: TestDir, ...args: string[]) {
  const env = { HOME: dir.path, USERPROFILE: dir.path, PATH: "" };
  const { code, stdout, stderr } = await runProgram({ args, env });
  return { code, text: stdout + stderr };
}

Deno.test("while no local platform runs, doctor --local says to start it", async () => {
  await using dir = await TestDir.make();
  const { code, text } = await said(dir, "doctor", "--local", "--offline");
  assertEquals(code, 2);
  assertStringIncludes(text, "FAIL settings  no local platform runs. Next: molecule-mcp local\n");
  assert(!text.includes("auth login"), text);
});

testUnless(NO_SIGNALS, "while it runs, each command says where its settings are from", async () => {
  await using dir = await TestDir.make();
  await using _local = await startLocal(dir.path);
  const doctor = await said(dir, "doctor", "--local");
  assertEquals(doctor.code, 0, doctor.text);
  assertStringIncludes(doctor.text, "(connection.json)");
  assert(!doctor.text.includes("settings.json"), doctor.text);
  assertEquals((await said(dir, "auth", "status", "--local")).code, 0);
});

testUnless(NO_SIGNALS, "nothing that --local does not take is advised for it", async () => {
  await using dir = await TestDir.make();
  await using _local = await startLocal(dir.path);
  for (const command of ["install", "uninstall"]) {
    const { code, text } = await said(dir, command, "claude-code", "--local");
    assertEquals(code, 0, text);
    assert(!/auth log(?:in|out)/.test(text), text);
  }
});
