import { assert, assertEquals } from "@std/assert";
import { executableName, TARGETS } from "../../scripts/release/targets.ts";
import { sha256 } from "../../scripts/release/files.ts";
import { repositoryUrl } from "../../scripts/release/project.ts";
import { ReleaseServer } from "./release_server.ts";
import { parsePowerShell } from "../support/parse_powershell.ts";
import { TestDir } from "../support/test_dir.ts";

const SCRIPT = await Deno.readTextFile(new URL("../../scripts/install.ps1", import.meta.url));
const SHELL_SCRIPT = await Deno.readTextFile(new URL("../../scripts/install.sh", import.meta.url));
/** Both that the script is for. Only Windows has them; install.sh is tested everywhere else. */
const powershells = await findPowerShells();

Deno.test("install.ps1 knows the executables for Windows, and no others", () => {
  assertEquals(
    [...SCRIPT.matchAll(/'(molecule-mcp-\S+\.exe)'/g)].map(([, name]) => name),
    TARGETS.filter(({ os }) => os === "windows").map(executableName),
  );
});

Deno.test("both install scripts take releases from the project's repository", () => {
  for (const script of [SCRIPT, SHELL_SCRIPT]) {
    const urls = script.match(/https:\/\/github\.com\/[\w.-]+\/[\w.-]+/g);
    assertEquals(new Set(urls), new Set([repositoryUrl]));
  }
});

Deno.test("install.ps1 does everything in one function that the last line calls", () => {
  const code = SCRIPT.split("\n").filter((line) => !line.startsWith("#") && line !== "");
  assertEquals(code[0], "function Install-MoleculeMcp {");
  assertEquals(code.slice(-2), ["}", "& { Install-MoleculeMcp }"]);
  // Nothing else stands at the left margin: all of it is inside.
  assertEquals(code.filter((line) => /^\S/.test(line)).length, 3);
});

Deno.test("install.ps1 is ASCII, which every PowerShell reads from every server alike", () => {
  // deno-lint-ignore no-control-regex
  assertEquals(/[^\x00-\x7f]/.exec(SCRIPT), null);
});

Deno.test("install.ps1 is PowerShell to a parser, and not everything is", async () => {
  assertEquals(await parsePowerShell(SCRIPT), { code: 0, said: "" });
  // Anything that breaks off in the middle; the last character of all is a line end.
  for (const length of [1000, 3000, SCRIPT.lastIndexOf("}")]) {
    assertEquals(
      (await parsePowerShell(SCRIPT.slice(0, length))).code,
      1,
      `the first ${length} characters`,
    );
  }
});

for (const powershell of powershells) {
  Deno.test(`install.ps1 in ${powershell}: refuses what is not there, and installs nothing`, async () => {
    await using home = await TestDir.make();
    await using server = new ReleaseServer();
    for (
      const [faults, message] of [
        [{ missing: ["SHA256SUMS"] }, "cannot download"],
        [{ withoutChecksum: true }, "has no molecule-mcp-"],
        [{ corrupted: true }, "damaged or was tampered with"],
      ] as const
    ) {
      server.faults = faults;
      const { code, stderr } = await install(powershell, home.path, server);
      assertEquals(code, 1);
      assertSays(stderr, message);
      assertEquals(await home.names(), []);
    }
  });

  Deno.test(`install.ps1 in ${powershell}: refuses a directory that is a pattern to it`, async () => {
    await using home = await TestDir.make();
    await using server = new ReleaseServer();
    const { code, stderr } = await install(powershell, home.at("a[b]"), server);
    assertEquals(code, 1);
    assertSays(stderr, "set MOLECULE_MCP_INSTALL_DIR");
    assertEquals(server.requests, []);
  });

  Deno.test(`install.ps1 in ${powershell}: installs, and updates what is running`, async () => {
    await using home = await TestDir.make();
    await using server = new ReleaseServer();
    // Every Windows has curl, for its own processor: an executable that knows --version and can wait.
    const curl = await Deno.readFile(`${Deno.env.get("SystemRoot")}\\System32\\curl.exe`);
    const dir = home.at("a folder");
    const program = `${dir}\\molecule-mcp.exe`;

    server.executable(curl);
    const first = await install(powershell, dir, server);
    assertEquals(first.code, 0, first.stderr);
    assertSays(first.stdout, "Installed: curl");
    const again = await install(powershell, dir, server);
    assertSays(again.stdout, "Already installed: curl");

    using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const running = new Deno.Command(program, {
      args: [
        "--silent",
        "--noproxy",
        "*",
        "--max-time",
        "120",
        `http://127.0.0.1:${silent.addr.port}/`,
      ],
      stdout: "null",
      stderr: "null",
    }).spawn();
    const ended = running.status.then(() => "ended" as const);
    const connection = await Promise.race([silent.accept(), ended]);
    assert(connection !== "ended");
    const newer = new Uint8Array([...curl, 0]);
    server.executable(newer);
    const update = await install(powershell, dir, server);
    running.kill();
    await ended;
    connection.close();
    assertEquals(update.code, 0, update.stderr);
    assertSays(update.stdout, "restart the MCP clients");
    assertEquals((await Deno.stat(program)).size, newer.length);

    // What was running then goes the next time.
    await install(powershell, dir, server);
    const names = await Array.fromAsync(Deno.readDir(dir), ({ name }) => name);
    assertEquals(names.sort(), ["molecule-mcp.exe", "molecule-mcp.sha256"]);
  });

  Deno.test(`install.ps1 in ${powershell}: keeps the checksum, and what another program was there`, async () => {
    await using home = await TestDir.make();
    await using server = new ReleaseServer();
    const curl = await Deno.readFile(`${Deno.env.get("SystemRoot")}\\System32\\curl.exe`);
    server.executable(curl);
    const program = home.at("molecule-mcp.exe");
    const theirs = new Uint8Array([...curl, 1]);
    await Deno.writeFile(program, theirs);
    const refused = await install(powershell, home.path, server);
    assertEquals(refused.code, 1);
    assertSays(refused.stderr, "is another program");
    assertEquals((await Deno.stat(program)).size, theirs.length);

    const { code, stdout, stderr } = await install(powershell, home.path, server, {
      MOLECULE_MCP_REPLACE: "1",
    });
    assertEquals(code, 0, stderr);
    assertSays(stdout, "molecule-mcp.exe.replaced");
    assertSays(stdout, "auth login");
    assertSays(stdout, "is not on PATH");
    assertEquals((await Deno.stat(`${program}.replaced`)).size, theirs.length);
    assertEquals(
      await Deno.readTextFile(home.at("molecule-mcp.sha256")),
      `${await sha256(program)}  molecule-mcp.exe\n`,
    );
  });
}

async function install(
  powershell: string,
  dir: string,
  server: ReleaseServer,
  env: Record<string, string> = {},
) {
  const { code, stdout, stderr } = await new Deno.Command(powershell, {
    args: ["-NoProfile", "-NonInteractive", "-Command", SCRIPT],
    env: { MOLECULE_MCP_BASE_URL: server.url, MOLECULE_MCP_INSTALL_DIR: dir, ...env },
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: decode(stdout), stderr: decode(stderr) };
}

/** PowerShell 7 breaks messages into lines that begin with a bar, PowerShell 5.1 anywhere. */
function assertSays(text: string, message: string): void {
  const flat = (words: string) => words.replace(/[\s|]+/g, "");
  assert(flat(text).includes(flat(message)), `${JSON.stringify(message)} is not in:\n${text}`);
}

async function findPowerShells(): Promise<string[]> {
  const found: string[] = [];
  for (const name of Deno.build.os === "windows" ? ["powershell", "pwsh"] : []) {
    try {
      const args = ["-NoProfile", "-NonInteractive", "-Command", "'it ' + 'is'"];
      const { stdout } = await new Deno.Command(name, { args }).output();
      // Wine has one that does nothing.
      if (new TextDecoder().decode(stdout).includes("it is")) found.push(name);
    } catch {
      // Not installed.
    }
  }
  return found;
}
