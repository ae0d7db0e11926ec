import { assertEquals } from "@std/assert";
import { field } from "../../src/lib/json.ts";
import { programCommand } from "./program.ts";
import { RawProcess } from "./raw_process.ts";
import { testWorkspace } from "./test_workspace.ts";
import { lacking, testUnless } from "../support/test_unless.ts";

/** Does what no shell can: makes its own stdin and stdout non-blocking, then becomes the program. */
const BECOME = `
import fcntl, os, sys
for fd in (0, 1):
    fcntl.fcntl(fd, fcntl.F_SETFL, fcntl.fcntl(fd, fcntl.F_GETFL) | os.O_NONBLOCK)
os.execvp(sys.argv[1], sys.argv[1:])
`;
const MEBIBYTE = 1024 * 1024;

/** Python that runs; there may be a command of that name that only says where to get it. */
async function python(): Promise<string | undefined> {
  try {
    const { success } = await new Deno.Command("python3", {
      args: ["-c", "import fcntl"],
      stdout: "null",
      stderr: "null",
    }).output();
    return success ? "python3" : undefined;
  } catch {
    return undefined; // There is none.
  }
}

const interpreter = await python();

testUnless(lacking("Python with fcntl", interpreter !== undefined), {
  // Only a parent that is no Deno can hand over such pipes: without Python there is none.
  name: "stdin and stdout in non-blocking mode: every byte arrives, in both directions",
  fn: async () => {
    await using workspace = await testWorkspace();
    const command = [interpreter ?? "", "-c", BECOME, ...programCommand()];
    await using server = RawProcess.start(workspace.env, command);
    // It starts with nothing to read, and is idle now and then.
    await new Promise((resolve) => setTimeout(resolve, 300));
    await server.initialize();
    await new Promise((resolve) => setTimeout(resolve, 300));
    // Far more than a pipe holds, in: each comes back in the error, out.
    const name = "x".repeat(MEBIBYTE);
    const answers = await Promise.all(
      [1, 2, 3].map((count) => server.request("tools/call", { name: `${name}${count}` })),
    );
    assertEquals(
      answers.map(({ error }) => String(field(error, "message"))).map((text) => [
        text.length > MEBIBYTE,
        text.slice(-1),
      ]),
      [[true, "1"], [true, "2"], [true, "3"]],
    );
    await server.closeInput();
    assertEquals((await server.ended()).code, 0);
  },
});
