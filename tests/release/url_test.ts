import { assert, assertEquals } from "@std/assert";
import { exchange } from "../../scripts/smoke/exchange.ts";
import { LIMITS } from "../../scripts/smoke/limits.ts";
import { type Program, run } from "../../scripts/smoke/program.ts";
import { BUNDLE } from "../e2e/program.ts";
import { TestDir } from "../support/test_dir.ts";
import { denoCommand } from "../../scripts/deno_command.ts";

const README = await Deno.readTextFile(new URL("../../README.md", import.meta.url));

/** The bundle, which the task made, as GitHub serves a release's file: by way of another server. */
async function serveBundle(): Promise<AsyncDisposable & { url: string; hosts: string }> {
  const code = await Deno.readTextFile(BUNDLE);
  const quiet = { port: 0, onListen: () => {} };
  const files = Deno.serve({ ...quiet, hostname: "127.0.0.1" }, () =>
    new Response(code, {
      headers: {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": "attachment; filename=molecule-mcp.js",
      },
    }));
  const target = `http://127.0.0.1:${files.addr.port}/release-asset/1?signature=2`;
  const releases = Deno.serve(
    { ...quiet, hostname: "127.0.0.1" },
    () => Response.redirect(target, 302),
  );
  const host = `127.0.0.1:${releases.addr.port}`;
  return {
    url: `http://${host}/releases/download/v0.1.0/molecule-mcp.js`,
    hosts: `${host},127.0.0.1:${files.addr.port}`,
    async [Symbol.asyncDispose]() {
      await releases.shutdown();
      await files.shutdown();
    },
  };
}

/** The line of the README, for a platform, a state directory and a server of the test's own. */
function documented(
  bundle: { url: string; hosts: string },
  { host, stateDir, home }: { host: string; stateDir: string; home: TestDir },
): Program {
  const line = /^deno run --no-prompt(?:.*\\\n)*.*molecule-mcp\.js$/m.exec(README)?.[0];
  assert(line, "README.md has no line that starts the program from a URL");
  const [command, ...args] = line.replaceAll("\\\n", " ").split(/\s+/).map((word) =>
    word
      .replace(/^https:.*/, bundle.url)
      .replace(/(?<=^--allow-import=).*/, bundle.hosts)
      .replace(/(?<=^--allow-net=).*/, host)
      .replace(/(?<=^--allow-(?:read|write)=).*/, stateDir)
  );
  assertEquals(command, "deno");
  return {
    name: "URL",
    command: denoCommand(),
    args: ["run", "--quiet", ...args.slice(1)],
    env: {
      HOME: home.path,
      DENO_DIR: home.at("deno"),
      // Else Deno puts a link to itself in there, which Windows does not remove while it runs.
      DENO_NODE_SHIM_ACTIVE: "1",
    },
  };
}

Deno.test("the README's line serves from a URL with one host and one folder allowed", async () => {
  await using bundle = await serveBundle();
  await using home = await TestDir.make();
  await exchange(({ platformUrl, stateDir }) => {
    const program = documented(bundle, { host: new URL(platformUrl).host, stateDir, home });
    assertEquals(
      program.args.filter((arg) => /^(-A|--allow-(all|net|read|write|env)$)/.test(arg)),
      [],
    );
    return program;
  }, LIMITS);
});

Deno.test("from a URL, what is missing is said in the same words as everywhere", async () => {
  await using bundle = await serveBundle();
  await using home = await TestDir.make();
  const program = documented(bundle, { host: "example.com", stateDir: home.at("state"), home });
  const { code, stdout, stderr } = await run(program, [], {
    env: program.env ?? {},
    cwd: home.path,
    timeoutMs: 20_000,
  });
  assertEquals([code, stdout], [2, ""]);
  assertEquals(stderr.split("\n")[0], "molecule-mcp: missing required environment");
});

Deno.test("with HOME allowed, the state is kept there when CONFIGS_DIR is not set", async () => {
  await using bundle = await serveBundle();
  await using home = await TestDir.make();
  const stateDir = home.at(".molecule-workspace");
  await exchange(({ platformUrl }) => {
    const program = documented(bundle, { host: new URL(platformUrl).host, stateDir, home });
    return {
      ...program,
      args: program.args.map((arg) => arg.replace(/^--allow-env=/, "$&HOME,")),
      env: { ...program.env, CONFIGS_DIR: "" },
    };
  }, LIMITS);
  assertEquals((await Deno.stat(stateDir)).isDirectory, true);
});
