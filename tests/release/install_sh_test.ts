import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { exists } from "@std/fs";
import { ASSET, ReleaseServer } from "./release_server.ts";
import { TempDir } from "./testing.ts";

const SCRIPT = await Deno.readTextFile(new URL("../../scripts/install.sh", import.meta.url));
const isPosix = Deno.build.os !== "windows";

interface Installed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Pipes the script into a shell, as the documentation says, with a home folder of its own. */
async function install(
  home: TempDir,
  server: ReleaseServer,
  options: { env?: Record<string, string>; script?: string } = {},
): Promise<Installed> {
  const child = new Deno.Command("sh", {
    clearEnv: true,
    env: {
      PATH: Deno.env.get("PATH") ?? "",
      HOME: home.path,
      MOLECULE_MCP_BASE_URL: server.url,
      ...options.env,
    },
    cwd: home.path,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  // A shell that stops early closes its end.
  await writer.write(new TextEncoder().encode(options.script ?? SCRIPT)).catch(() => {});
  await writer.close().catch(() => {});
  const { code, stdout, stderr } = await child.output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: decode(stdout), stderr: decode(stderr) };
}

/** The default place. */
function programIn(home: TempDir): string {
  return home.join(".local", "bin", "molecule-mcp");
}

/** Nothing was installed, and nothing was left behind. */
async function assertNothingInstalled(home: TempDir): Promise<void> {
  const dir = home.join(".local", "bin");
  const names = await exists(dir) ? await Array.fromAsync(Deno.readDir(dir), (e) => e.name) : [];
  assertEquals(names, []);
}

function installTest(
  name: string,
  body: (home: TempDir, server: ReleaseServer) => Promise<void>,
): void {
  Deno.test({
    name: `install.sh: ${name}`,
    ignore: !isPosix,
    async fn() {
      await using home = await TempDir.create();
      await using server = new ReleaseServer();
      await body(home, server);
    },
  });
}

installTest(
  "installs the latest release and says where and how to use it",
  async (home, server) => {
    const { code, stdout, stderr } = await install(home, server);
    assertEquals([code, stderr], [0, ""]);
    const program = programIn(home);
    assertEquals(((await Deno.stat(program)).mode ?? 0) & 0o777, 0o755);
    assertStringIncludes(stdout, "Installed: molecule-mcp 1.2.3\n");
    assertStringIncludes(stdout, `\n  ${program}\n`);
    assertStringIncludes(stdout, `-- "${program}"`);
    assertEquals(server.requests, ["/latest/download/SHA256SUMS", `/latest/download/${ASSET}`]);
  },
);

installTest("prints a configuration that is JSON and holds no token", async (home, server) => {
  const { stdout } = await install(home, server);
  const json = /^ {2}\{\n[\s\S]*?^ {2}\}$/m.exec(stdout)?.[0] ?? "";
  const { molecule } = JSON.parse(json).mcpServers;
  assertEquals(molecule.command, programIn(home));
  assertEquals(Object.keys(molecule.env), [
    "WORKSPACE_ID",
    "PLATFORM_URL",
    "MOLECULE_WORKSPACE_TOKEN_FILE",
  ]);
});

installTest("installs the release that was asked for", async (home, server) => {
  const { code } = await install(home, server, { env: { MOLECULE_MCP_VERSION: "v1.2.3" } });
  assertEquals(code, 0);
  assertEquals(server.requests[1], `/download/v1.2.3/${ASSET}`);
});

installTest("installs into the folder that was asked for, spaces and quotes in its name", async (
  home,
  server,
) => {
  const dir = home.join('my "own" tools');
  const { code, stdout } = await install(home, server, { env: { MOLECULE_MCP_INSTALL_DIR: dir } });
  assertEquals(code, 0);
  assert(await exists(`${dir}/molecule-mcp`));
  const json = /^ {2}\{\n[\s\S]*?^ {2}\}$/m.exec(stdout)?.[0] ?? "";
  assertEquals(JSON.parse(json).mcpServers.molecule.command, `${dir}/molecule-mcp`);
});

installTest("does nothing the second time, and updates when there is a new one", async (
  home,
  server,
) => {
  await install(home, server);
  const again = await install(home, server);
  assertEquals(again.code, 0);
  assertStringIncludes(again.stdout, "Already installed: molecule-mcp 1.2.3");
  assertEquals(server.requests.filter((path) => path.endsWith(ASSET)).length, 1);

  server.program("echo molecule-mcp 1.3.0");
  assertStringIncludes((await install(home, server)).stdout, "Installed: molecule-mcp 1.3.0");
});

const REFUSALS = [
  ["a corrupted download", { corrupted: true }, "damaged or was changed"],
  ["a release without this system's executable", { missing: [ASSET] }, "cannot download"],
  ["a release without checksums", { missing: ["SHA256SUMS"] }, "cannot download"],
  ["an executable without a checksum", { withoutChecksum: true }, "has no molecule-mcp-"],
  ["a download that is cut off", { cutOff: true }, "cannot download"],
] as const;

for (const [what, faults, message] of REFUSALS) {
  installTest(`refuses ${what} and keeps what was there`, async (home, server) => {
    server.faults = faults;
    const first = await install(home, server);
    assertEquals(first.code, 1);
    assertStringIncludes(first.stderr, message);
    await assertNothingInstalled(home);

    server.faults = {};
    await install(home, server);
    server.program("echo molecule-mcp 1.3.0");
    server.faults = faults;
    assertEquals((await install(home, server)).code, 1);
    assertStringIncludes(await Deno.readTextFile(programIn(home)), "1.2.3");
  });
}

installTest("refuses an executable that does not run here", async (home, server) => {
  server.program("exit 1");
  const { code, stderr } = await install(home, server);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "does not run on this system");
  await assertNothingInstalled(home);
});

installTest("refuses a folder that is a file", async (home, server) => {
  await Deno.writeTextFile(home.join("file"), "");
  const { code, stderr } = await install(home, server, {
    env: { MOLECULE_MCP_INSTALL_DIR: home.join("file") },
  });
  assertEquals(code, 1);
  assertStringIncludes(stderr, "set MOLECULE_MCP_INSTALL_DIR");
});

const OTHER_SYSTEMS: readonly [what: string, commands: Record<string, string>, message: string][] =
  [
    ["musl", { uname: linux("x86_64"), ldd: "echo musl libc >&2; exit 1" }, "uses musl"],
    ["a 32-bit processor", { uname: linux("i686") }, "32-bit system"],
    ["a 32-bit ARM", { uname: linux("armv7l") }, "32-bit system"],
    ["a 32-bit system on a 64-bit kernel", {
      uname: linux("aarch64"),
      getconf: "echo 32",
    }, "32-bit system on a 64-bit kernel"],
    ["another processor", { uname: linux("riscv64") }, "the processor riscv64"],
    ["another system", { uname: "echo FreeBSD" }, "no executable for FreeBSD"],
    ["a Windows shell", { uname: "echo MINGW64_NT-10.0" }, "use install.ps1"],
  ];

for (const [what, commands, message] of OTHER_SYSTEMS) {
  installTest(`refuses ${what} before it downloads anything`, async (home, server) => {
    const { code, stderr } = await install(home, server, {
      env: await fakeCommands(home, commands),
    });
    assertEquals(code, 1);
    assertStringIncludes(stderr, message);
    assertEquals(server.requests, []);
    await assertNothingInstalled(home);
  });
}

installTest("chooses the executable by system and processor", async (home, server) => {
  const choices: [Record<string, string>, string][] = [
    [{ uname: linux("x86_64"), getconf: "echo 64", ldd: "echo GLIBC" }, "linux-x86_64"],
    [{ uname: linux("aarch64"), getconf: "echo 64", ldd: "echo GLIBC" }, "linux-aarch64"],
    [{ uname: darwin("x86_64"), sysctl: "echo 0" }, "macos-x86_64"],
    [{ uname: darwin("arm64"), sysctl: "echo 0" }, "macos-aarch64"],
    // A terminal that runs under Rosetta.
    [{ uname: darwin("x86_64"), sysctl: "echo 1" }, "macos-aarch64"],
  ];
  server.faults = { withoutChecksum: true };
  for (const [commands, system] of choices) {
    const { stderr } = await install(home, server, { env: await fakeCommands(home, commands) });
    assertStringIncludes(stderr, `has no molecule-mcp-${system}\n`);
  }
});

installTest("a script that is cut off anywhere installs nothing", async (home, server) => {
  const end = SCRIPT.trimEnd().length;
  // Steps through the whole, and every byte of the last lines.
  const lengths = Array.from({ length: Math.floor(end / 97) }, (_, index) => index * 97)
    .concat(Array.from({ length: 40 }, (_, index) => end - 1 - index));
  for (const length of lengths) {
    await install(home, server, { script: SCRIPT.slice(0, length) });
    assertEquals(server.requests, [], `cut off after ${length} of ${SCRIPT.length} characters`);
    await assertNothingInstalled(home);
  }
});

Deno.test({
  name: "install.sh is clean for shellcheck",
  // It has no package on npm. GitHub's runners have it.
  ignore: !await hasShellcheck(),
  async fn() {
    const { stdout } = await new Deno.Command("shellcheck", {
      args: ["--shell=sh", fromFileUrl(new URL("../../scripts/install.sh", import.meta.url))],
    }).output();
    assertEquals(new TextDecoder().decode(stdout), "");
  },
});

async function hasShellcheck(): Promise<boolean> {
  try {
    return (await new Deno.Command("shellcheck", { args: ["--version"] }).output()).success;
  } catch {
    return false; // Not installed.
  }
}

function linux(arch: string): string {
  return `case $1 in -s) echo Linux ;; *) echo ${arch} ;; esac`;
}

function darwin(arch: string): string {
  return `case $1 in -s) echo Darwin ;; *) echo ${arch} ;; esac`;
}

/** A PATH that begins with commands of the test's own. */
async function fakeCommands(
  home: TempDir,
  commands: Record<string, string>,
): Promise<{ PATH: string }> {
  const dir = home.join("commands");
  await Deno.mkdir(dir, { recursive: true });
  for (const [name, body] of Object.entries(commands)) {
    await Deno.writeTextFile(`${dir}/${name}`, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  }
  return { PATH: `${dir}:${Deno.env.get("PATH")}` };
}
