/** How this program is called, in the forms in which it comes: what it prints is pasted into a shell. */
import { assertEquals, assertMatch } from "@std/assert";
import { toFileUrl } from "@std/path";
import { ownStart, type Runtime, typedName } from "../../src/cli/own_program.ts";
import { denoCommand } from "../../scripts/deno_command.ts";
import { permissionFlags } from "../../scripts/permissions.ts";
import { VERSION } from "../../src/version.ts";
import { IS_EXECUTABLE, programCommand, ROOT } from "../e2e/program.ts";
import { TestDir } from "../support/test_dir.ts";
import { firstReason, lacking, NO_MODES, NO_SHELL, testUnless } from "../support/test_unless.ts";
import { runCommand } from "./support.ts";

const NO_BUNDLE = lacking("choice of the form: an executable has one", !IS_EXECUTABLE);
const NEVER = "/nowhere/deno";

function runtime(mainModule: string, executable?: string): Runtime {
  const standalone = executable !== undefined;
  return { standalone, execPath: () => executable ?? NEVER, mainModule };
}

function typed(
  main: Runtime,
  env: Record<string, string> = {},
  os: typeof Deno.build.os = "linux",
): string {
  return typedName({ os, read: (name) => env[name] }, main);
}

const URL_FORM = "https://github.com/o/r/releases/download/v1/molecule-mcp.js";
const CACHED = "file:///h/.npm/_npx/1a/node_modules/molecule-mcp/molecule-mcp.js";

testUnless(NO_MODES, "each form has its own words", () => {
  assertEquals(typed(runtime("file:///x/y.ts")), "molecule-mcp");
  assertEquals(typed(runtime(CACHED)), `npx -y molecule-mcp@${VERSION}`);
  const launched = runtime("file:///somewhere/molecule-mcp.js");
  assertEquals(typed(launched, { MOLECULE_MCP_NPM: "1" }), `npx -y molecule-mcp@${VERSION}`);
  assertEquals(
    typed(runtime("", "/tmp/molecule-mcp-linux-x86_64")),
    "/tmp/molecule-mcp-linux-x86_64",
  );
  assertEquals(typed(runtime("", "/a b/it's")), "'/a b/it'\\''s'");
  assertEquals(
    typed(runtime("file:///opt/a%20b/molecule-mcp.js")),
    `${NEVER} run -ERWN --no-config '/opt/a b/molecule-mcp.js'`,
  );
  assertEquals(
    typed(runtime(URL_FORM)),
    `${NEVER} run -ERWN --no-config ` +
      `--allow-import=github.com,release-assets.githubusercontent.com ${URL_FORM}`,
  );
});

testUnless(NO_MODES, "on PowerShell a quoted path is called, and a plain one stays plain", () => {
  const windows = (path: string) => typed(runtime("", path), {}, "windows");
  assertEquals(windows("C:\\bin\\molecule-mcp-x.exe"), "C:\\bin\\molecule-mcp-x.exe");
  assertEquals(windows("C:\\Program Files\\m.exe"), "& 'C:\\Program Files\\m.exe'");
});

testUnless(
  NO_MODES,
  "it goes by its name where that starts it: itself, a link, a wrapper",
  async () => {
    await using dir = await TestDir.make();
    for (const name of ["bin", "other", "node_modules/.bin", "node_modules/molecule-mcp"]) {
      await Deno.mkdir(dir.at(name), { recursive: true });
    }
    const own = await dir.write("own", "\x7fELF", 0o755);
    const PATH = dir.at("bin");
    const from = (path = PATH, main = runtime("", own)) => typed(main, { PATH: path });
    assertEquals(from(), own, "nothing of that name is there");
    await Deno.symlink(own, dir.at("bin", "molecule-mcp"));
    assertEquals(from(), "molecule-mcp");
    await dir.write("other/molecule-mcp", "#!/usr/bin/python3\n", 0o755);
    assertEquals(from(`${dir.at("other")}:${PATH}`), own, "another one comes first");
    assertEquals(from(`${PATH}:${dir.at("other")}`), "molecule-mcp");
    await dir.write("other/molecule-mcp", `#!/bin/sh\nexec deno run ${URL_FORM} "$@"\n`, 0o755);
    assertEquals(from(dir.at("other"), runtime(URL_FORM)), "molecule-mcp");

    // What npx puts on PATH, the shell does not have.
    await dir.write("node_modules/molecule-mcp/launcher.cjs", "", 0o755);
    await dir.write("node_modules/molecule-mcp/molecule-mcp.js", "");
    const npm = runtime(toFileUrl(dir.at("node_modules/molecule-mcp/molecule-mcp.js")).href);
    const launcher = dir.at("node_modules/molecule-mcp/launcher.cjs");
    await Deno.symlink(launcher, dir.at("node_modules/.bin/molecule-mcp"));
    assertEquals(from(dir.at("node_modules/.bin"), npm), `npx -y molecule-mcp@${VERSION}`);
    await Deno.remove(dir.at("bin", "molecule-mcp"));
    await Deno.symlink(launcher, dir.at("bin", "molecule-mcp"));
    assertEquals(from(PATH, npm), "molecule-mcp", "installed with npm, for every shell");
  },
);

Deno.test("what starts it is told apart", () => {
  const form = (main: Runtime, env: Record<string, string> = {}) =>
    ownStart((name) => env[name], main).form;
  assertEquals(form(runtime(CACHED)), "npx");
  assertEquals(form(runtime("file:///usr/lib/node_modules/molecule-mcp/molecule-mcp.js")), "npm");
  assertEquals(form(runtime(URL_FORM)), "deno");
  assertEquals(form(runtime("file:///x/src/main.ts")), "source");
  assertEquals(form(runtime("", "/bin/m")), "executable");
});

/** Pastes into sh the command that lists what there is, after a command that is none. */
async function pasted(command: readonly string[], env: Record<string, string>) {
  await using home = await TestDir.make();
  const [program = "", ...args] = command;
  const all = { ...env, HOME: home.path, DENO_DIR: Deno.env.get("DENO_DIR") ?? "", LANG: "C" };
  const { stderr } = await runCommand(program, [...args, "instal"], all, home.path);
  const line = /What there is: (.+)\n/.exec(stderr)?.[1] ?? `nothing in ${stderr}`;
  const ended = await runCommand("sh", ["-c", line], all, home.path);
  return { line, ...ended };
}

const unix = firstReason(NO_MODES, NO_SHELL);

testUnless(unix, "what it says is pasted into sh, and runs: by its path", async () => {
  const { line, code, stdout } = await pasted(programCommand(), {});
  assertMatch(
    line,
    IS_EXECUTABLE ? /^\S+ --help$/ : /deno run -ERWN --no-config \S+\.js --help$/,
  );
  assertEquals(code, 0);
  assertMatch(stdout, /^Commands:$/m);
  const meaning = `  molecule-mcp stands for: ${line.replace(/ --help$/, "")}`;
  assertEquals(stdout.split("\n").filter((each) => each === meaning).length, 1, stdout);
});

testUnless(firstReason(unix, NO_BUNDLE), "... from a URL", async () => {
  await using server = new FileServer();
  const from = ["run", "--quiet", "--no-config", ...permissionFlags()];
  const main = `${server.url}/molecule-mcp.js`;
  const importFlag = `--allow-import=${new URL(server.url).host}`;
  const { line, code, stdout } = await pasted([denoCommand(), ...from, importFlag, main], {});
  assertMatch(line, new RegExp(`deno run -ERWN --no-config --allow-import=\\S+ ${main} --help$`));
  assertEquals(code, 0);
  assertMatch(stdout, /^Commands:$/m);
});

testUnless(firstReason(unix, NO_BUNDLE), "... under npx", async () => {
  await using dir = await TestDir.make();
  // Stands for npm's own: it starts what the version names.
  const [command, ...args] = programCommand();
  await Deno.mkdir(dir.at("bin"));
  const script = `#!/bin/sh\n[ "$1 $2" = "-y molecule-mcp@${VERSION}" ] || exit 9\nshift 2\n` +
    `exec '${command}' ${args.map((arg) => `'${arg}'`).join(" ")} "$@"\n`;
  await dir.write("bin/npx", script, 0o755);
  const PATH = `${dir.at("bin")}:${Deno.env.get("PATH")}`;
  const { line, code, stdout } = await pasted(programCommand(), { MOLECULE_MCP_NPM: "1", PATH });
  assertEquals([line, code], [`npx -y molecule-mcp@${VERSION} --help`, 0]);
  assertMatch(stdout, /^Commands:$/m);
});

/** Serves what `deno task bundle` wrote. */
class FileServer implements AsyncDisposable {
  readonly #server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => {
      const name = new URL(request.url).pathname.slice(1);
      if (!/^molecule-mcp(-more)?\.js$/.test(name)) return new Response(null, { status: 404 });
      const headers = { "content-type": "text/javascript" };
      return new Response(Deno.readFileSync(`${ROOT}dist/${name}`), { headers });
    },
  );

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
