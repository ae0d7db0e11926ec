import { assertEquals } from "@std/assert";
import { lookAtProgram } from "../../src/commands/doctor/program.ts";
import { TestDir } from "../support/test_dir.ts";
import { NO_MODES, testUnless } from "../support/test_unless.ts";

/** What is found on PATH when a program of this name and content is in it. */
async function kindOf(content: string, mode = 0o755): Promise<string | undefined> {
  await using dir = await TestDir.make();
  const own = await dir.write("own", "#!/bin/sh\nexec something\n", 0o755);
  await Deno.mkdir(dir.at("bin"));
  await dir.write("bin/molecule-mcp", content.replace("OWN", own), mode);
  const { onPath } = await lookAtProgram(
    (name) => name === "PATH" ? dir.at("bin") : undefined,
    { form: "executable", main: own },
  );
  return onPath[0]?.kind;
}

testUnless(NO_MODES, "a program on PATH: a copy, a wrapper, the Python one, another", async () => {
  assertEquals(await kindOf("#!/bin/sh\nexec something\n"), "this");
  assertEquals(await kindOf("#!/bin/sh\nexec deno run OWN\n"), "this");
  assertEquals(await kindOf("#!/opt/venv/bin/python3.12\nimport molecule\n"), "python");
  assertEquals(await kindOf("#!/bin/sh\nexec nothing\n###\n"), "other");
  assertEquals(await kindOf("\x7fELF"), "other");
  assertEquals(await kindOf("#!/bin/sh\n", 0o644), undefined);
});
