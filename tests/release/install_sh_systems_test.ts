import { assertEquals, assertStringIncludes } from "@std/assert";
import { assertNothingInstalled, install, installTest } from "./install_sh.ts";
import type { TestDir } from "../support/test_dir.ts";

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

function linux(arch: string): string {
  return `case $1 in -s) echo Linux ;; *) echo ${arch} ;; esac`;
}

function darwin(arch: string): string {
  return `case $1 in -s) echo Darwin ;; *) echo ${arch} ;; esac`;
}

/** A PATH that begins with commands of the test's own. */
async function fakeCommands(
  home: TestDir,
  commands: Record<string, string>,
): Promise<{ PATH: string }> {
  const dir = home.at("commands");
  await Deno.mkdir(dir, { recursive: true });
  for (const [name, body] of Object.entries(commands)) {
    await Deno.writeTextFile(`${dir}/${name}`, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  }
  return { PATH: `${dir}:${Deno.env.get("PATH")}` };
}
