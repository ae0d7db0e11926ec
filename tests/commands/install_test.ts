import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { isAbsolute } from "@std/path";
import { EXIT } from "../../src/cli/exit_codes.ts";
import { EDITED } from "../../src/commands/clients/clients.ts";
import { valueAt } from "../../src/commands/edit/format.ts";
import { posixTest } from "../support/test_dir.ts";
import { inHome, SECRET } from "./home.ts";

const IDS = EDITED.map(({ id }) => id);
const CODEX = `# mine\r\nmodel = "x"\r\n\r\n[mcp_servers.b]\r\nenv = { K = "${SECRET}" }\r\n`;

Deno.test("install writes every client's file, and nothing secret; uninstall takes it away", () =>
  inHome(async (home) => {
    const env = {
      WORKSPACE_ID: "5e8f4a52-6f3c-4c1e-9d6e-0a1b2c3d4e5f",
      PLATFORM_URL: "https://platform.example.com",
      MOLECULE_WORKSPACE_TOKEN: "tok-0123456789abcdefghijklmnop",
    };
    const { code, stdout, stderr } = await home.runWith(env, "install", ...IDS);
    assertEquals(code, EXIT.ok, stderr);
    assertEquals(stdout.trim().split("\n").map((line) => line.split(":")[0]), IDS);
    assertStringIncludes(stderr, "a client's server does not see");
    assertStringIncludes(stderr, "molecule-mcp auth login");
    const files = (await home.files()).filter((path) => !path.includes(".molecule-workspace"));
    assertEquals(files.length, IDS.length);
    for (const path of files) {
      const text = await Deno.readTextFile(path);
      for (const value of Object.values(env)) assertEquals(text.includes(value), false, path);
    }
    const again = await home.run("install", ...IDS);
    assertEquals(again.stdout.match(/nothing was changed/g)?.length, IDS.length);
    assertEquals((await home.run("uninstall", ...IDS)).code, EXIT.ok);
    assertEquals(await home.files(), []);
  }));

Deno.test("an edited file is byte for byte what it was after uninstall", () =>
  inHome(async (home) => {
    const path = await home.write(CODEX, ".codex", "config.toml");
    const { stdout, stderr } = await home.run("install", "codex");
    assertStringIncludes(stdout, `codex: added molecule in ${path}`);
    assertStringIncludes(stderr, `${path}.molecule-backup`);
    assert((await Deno.readTextFile(path)).startsWith(CODEX));
    const gone = await home.run("uninstall", "codex");
    assertStringIncludes(gone.stdout, "as it was before install");
    assertEquals(await Deno.readTextFile(path), CODEX);
    assertEquals((await home.files()).length, 1);
  }));

Deno.test("--dry-run shows the entry and writes nothing", () =>
  inHome(async (home) => {
    const path = await home.write(CODEX, ".codex", "config.toml");
    const { code, stdout } = await home.run("install", "codex", "--dry-run");
    assertEquals(code, EXIT.ok);
    assertStringIncludes(stdout, "+[mcp_servers.molecule]");
    assertEquals(await Deno.readTextFile(path), CODEX);
    await home.run("install", "codex");
    const before = await Deno.readTextFile(path);
    assertStringIncludes((await home.run("uninstall", "codex", "--dry-run")).stdout, "@@ -");
    assertEquals(await Deno.readTextFile(path), before);
  }));

Deno.test("another entry of that name is shown, and replaced only when that is asked for", () =>
  inHome(async (home) => {
    const text = JSON.stringify({
      mcpServers: {
        molecule: {
          command: "python3",
          args: ["-m", "molecule_runtime.mcp", SECRET],
          env: { MOLECULE_WORKSPACE_TOKEN: SECRET },
        },
      },
    });
    const path = await home.write(text, ".claude.json");
    const refused = await home.run("install", "claude-code");
    assertEquals(refused.code, EXIT.failed);
    assertStringIncludes(
      refused.stderr,
      "starts the Python client: python3 -m molecule_runtime.mcp",
    );
    assertStringIncludes(refused.stderr, "--replace");
    assertEquals(await Deno.readTextFile(path), text);
    const foreign = await home.run("uninstall", "claude-code");
    assertEquals(foreign.code, EXIT.failed);
    assertEquals(await Deno.readTextFile(path), text);
    const replaced = await home.run("install", "claude-code", "--replace");
    assertEquals(replaced.code, EXIT.ok, replaced.stderr);
    const entry = valueAt(JSON.parse(await Deno.readTextFile(path)), ["mcpServers", "molecule"]);
    assertEquals(Object.keys(entry ?? {}).includes("env"), false);
    const back = await home.run("uninstall", "claude-code");
    assertStringIncludes(back.stderr, "is back: python3 -m molecule_runtime.mcp");
    assertEquals(await Deno.readTextFile(path), text);
  }));

Deno.test("a file that cannot be understood stays as it is, with the place and a way out", () =>
  inHome(async (home) => {
    const text = `{\n  "mcpServers": {},\n  "k": "${SECRET}",\n  "mcpServers": {}\n}\n`;
    const path = await home.write(text, ".cursor", "mcp.json");
    const { code, stderr, stdout } = await home.run("install", "cursor", "codex");
    assertEquals(code, EXIT.failed);
    assertStringIncludes(stderr, `${path} stays as it is`);
    assertStringIncludes(stderr, "(line 4, column 3)");
    assertStringIncludes(stderr, "molecule-mcp install cursor --print");
    assertStringIncludes(stdout, "codex: added");
    assertEquals(await Deno.readTextFile(path), text);
  }));

Deno.test("a profile has an entry of its own, which starts the program with it", () =>
  inHome(async (home) => {
    await home.run("install", "hermes");
    const { code } = await home.run("install", "hermes", "--profile", "work");
    assertEquals(code, EXIT.ok);
    const text = await Deno.readTextFile(home.dir.at(".hermes", "config.yaml"));
    assertMatch(text, /\n {2}molecule-work:\n.*\n {4}args: \[.*"--profile", "work"\]\n/);
    const { stdout } = await home.run("clients", "--json");
    const hermes = JSON.parse(stdout).clients.find(({ id }: { id: string }) => id === "hermes");
    assertEquals(
      hermes.entries.map((entry: Record<string, unknown>) => [entry.name, entry.points_to]),
      [["molecule-work", "this"], ["molecule", "this"]],
    );
    const wrong = await home.run("install", "hermes", "--profile", "Not A Name");
    assertEquals(wrong.code, EXIT.configuration);
  }));

Deno.test("clients tells what is there and what each entry points to", () =>
  inHome(async (home) => {
    await home.write(CODEX, ".codex", "config.toml");
    await home.write("{ broken", ".gemini", "settings.json");
    await home.write(
      JSON.stringify({
        projects: { "/work": { mcpServers: { molecule: { command: home.dir.at("gone") } } } },
        mcpServers: {
          molecule: { command: "other", env: { MOLECULE_WORKSPACE_TOKEN: SECRET } },
        },
      }),
      ".claude.json",
    );
    const { code, stdout } = await home.run("clients");
    assertEquals(code, EXIT.ok);
    assertMatch(
      stdout,
      /^WARN claude-code: molecule \(user\) .* starts another program: other; the token/m,
    );
    assertMatch(
      stdout,
      /^WARN claude-code: molecule \(only in \/work\) .* a path where nothing is/m,
    );
    assertMatch(stdout, /^- {4}codex: no entry in /m);
    assertMatch(stdout, /^FAIL gemini-cli: .*not valid JSON/m);
    assertMatch(stdout, /^- {4}hermes: not found here/m);
    const json = JSON.parse((await home.run("clients", "--json")).stdout);
    assertEquals(json.clients.map(({ id }: { id: string }) => id), IDS);
    assertEquals(json.clients[0].entries[0].token_in_clear, true);
    assertEquals(json.clients[0].entries[1].scope, "folder");
  }));

Deno.test("what a file says cannot play with the terminal", () =>
  inHome(async (home) => {
    const odd = "\u001b[2J\u202e\u0007";
    const servers = { [`molecule-${odd}x`]: { command: `/bin/${odd}x`, env: { [odd]: "1" } } };
    await home.write(
      JSON.stringify({ mcpServers: servers, projects: { [`/a${odd}`]: { mcpServers: servers } } }),
      ".claude.json",
    );
    for (const args of [["clients"], ["clients", "--json"], ["install", "claude-code"]]) {
      const { stdout, stderr } = await home.run(...args);
      // deno-lint-ignore no-control-regex
      assertEquals(/[\u0000-\u0009\u000b-\u001f\u202e]|\\u001b/.test(stdout + stderr), false);
    }
  }));

Deno.test("without a client's name, those that are here are named", () =>
  inHome(async (home) => {
    const none = await home.run("install");
    assertEquals(none.code, EXIT.configuration);
    assertStringIncludes(none.stderr, "install generic --print");
    await home.write(CODEX, ".codex", "config.toml");
    const { code, stderr } = await home.run("install");
    assertEquals(code, EXIT.configuration);
    assertStringIncludes(stderr, "found here: codex");
    assertStringIncludes(stderr, "Next: molecule-mcp install codex");
  }));

Deno.test("--print says what to paste and where, and changes nothing", () =>
  inHome(async (home) => {
    const { code, stdout, stderr } = await home.run("install", "windsurf", "codex", "--print");
    assertEquals(code, EXIT.ok);
    assertStringIncludes(stdout, '"mcpServers"');
    assertStringIncludes(stdout, "[mcp_servers.molecule]");
    assertStringIncludes(stderr, "~/.codeium/windsurf/mcp_config.json");
    assertEquals(await home.files(), []);
    const command = /command = "(.*)"/.exec(stdout)?.[1] ?? "";
    assert(isAbsolute(JSON.parse(`"${command}"`)), command);
  }));

Deno.test("what is typed wrong is said without quoting it", () =>
  inHome(async (home) => {
    const near = await home.run("install", "codx");
    assertEquals(near.code, EXIT.configuration);
    assertStringIncludes(near.stderr, "did you mean codex?");
    const odd = await home.run("install", SECRET);
    assertEquals(odd.code, EXIT.configuration);
    const scope = await home.run("install", "codex", "--scope", "project");
    assertEquals(scope.code, EXIT.configuration);
    assertEquals((await home.run("uninstall")).code, EXIT.configuration);
    assertEquals((await home.runWith({ HOME: "", USERPROFILE: "" }, "install", "codex")).code, 1);
    assertEquals(await home.files(), []);
  }));

posixTest("a link to the file stays one", () =>
  inHome(async (home) => {
    const target = await home.write("{}\n", "dotfiles", "claude.json");
    await Deno.symlink(target, home.dir.at(".claude.json"));
    await home.run("install", "claude-code");
    assertStringIncludes(await Deno.readTextFile(target), '"molecule"');
    await home.run("uninstall", "claude-code");
    assertEquals(await Deno.readTextFile(target), "{}\n");
    assert((await Deno.lstat(home.dir.at(".claude.json"))).isSymlink);
  }));
