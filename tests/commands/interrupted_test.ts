/** Ctrl-C where nothing is asked: one exit code, whatever the command was waiting for. */
import { assertEquals } from "@std/assert";
import { childEnvironment } from "../../scripts/child_environment.ts";
import { EXIT } from "../../src/cli/exit_codes.ts";
import { programCommand } from "../e2e/program.ts";
import { TestDir } from "../support/test_dir.ts";
import { NO_SIGNALS, testUnless } from "../support/test_unless.ts";

for (const args of [["doctor"], ["auth", "status"], ["upgrade"]]) {
  testUnless(NO_SIGNALS, `${args.join(" ")} ends with 130 at SIGINT`, async () => {
    await using home = await TestDir.make();
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    const over = Promise.withResolvers<Response>();
    await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
      resolve();
      return over.promise;
    });
    const url = `http://127.0.0.1:${server.addr.port}`;
    const [command, ...before] = programCommand();
    const child = new Deno.Command(command, {
      args: [...before, ...args],
      clearEnv: true,
      env: {
        ...childEnvironment(),
        CONFIGS_DIR: home.path,
        WORKSPACE_ID: "3f6b1c58-9a0e-4d27-8b41-6c2d5e7fa101",
        PLATFORM_URL: url,
        MOLECULE_WORKSPACE_TOKEN: "nW8cPz2LxT6vKq1JrY4hDm0sBf7gUa3eRi9oXnVtQkE",
        MOLECULE_MCP_BASE_URL: url,
      },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    await asked;
    child.kill("SIGINT");
    const { code, stdout, stderr } = await child.output();
    over.resolve(new Response());
    const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    assertEquals(code, EXIT.interrupted, text);
    assertEquals(text.includes("Interrupted."), true, text);
  });
}
