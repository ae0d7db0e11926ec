/** install.sh in every shell and with every tool that it may find. Those that are absent are skipped. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  assertNothingInstalled,
  BASICS,
  install,
  type InstallOptions,
  installTest,
  pathOf,
  programIn,
  SCRIPT,
  toolsOnly,
} from "./install_sh.ts";
import { ASSET, type ReleaseServer } from "./release_server.ts";
import type { TestDir } from "../support/test_dir.ts";
import { lacking } from "../support/test_unless.ts";

type Shell = readonly [command: string, ...args: string[]];

const isRoot = Deno.build.os !== "windows" && Deno.uid() === 0;

const SHELLS: readonly Shell[] = [
  ["dash"],
  ["bash"],
  ["bash", "--posix"],
  ["zsh"],
  ["zsh", "--emulate", "sh"],
  ["busybox", "sh"],
];

for (const shell of SHELLS) {
  const skipped = lacking(shell[0], await pathOf(shell[0]) !== undefined);
  const name = shell.join(" ");

  installTest(`in ${name}: installs, updates, and refuses what is wrong`, async (home, server) => {
    const env = { HOME: home.at("my home") };
    const bin = home.at("my home", ".local", "bin");
    const run = () => install(home, server, { shell, env });
    const first = await run();
    assertEquals([first.code, first.stderr], [0, ""]);
    assertStringIncludes(first.stdout, "Installed: molecule-mcp 1.2.3\n");
    assertStringIncludes((await run()).stdout, "Already installed: molecule-mcp 1.2.3\n");

    server.program("echo molecule-mcp 1.3.0");
    for (const faults of [{ corrupted: true }, { missing: [ASSET] }, { cutOff: true }]) {
      server.faults = faults;
      const { code, stderr } = await run();
      assertEquals(code, 1, stderr);
      assertStringIncludes(await Deno.readTextFile(`${bin}/molecule-mcp`), "1.2.3");
    }
    server.faults = {};
    const update = await run();
    assertEquals([update.code, update.stderr], [0, ""]);
    assertStringIncludes(update.stdout, "Installed: molecule-mcp 1.3.0\n");
    const names = await Array.fromAsync(Deno.readDir(bin), (e) => e.name);
    assertEquals(names.sort(), ["molecule-mcp", "molecule-mcp.sha256"]);
  }, skipped);

  installTest(`in ${name}: leaves nothing when it is ended while it downloads`, async (
    home,
    server,
  ) => {
    const { code } = await interrupted(home, server, { shell });
    assertEquals(code, 143);
    await assertNothingInstalled(home);
  }, skipped);

  installTest(`in ${name}: does nothing when the script was cut off`, async (home, server) => {
    for (const length of [SCRIPT.length - 2, SCRIPT.length - 9, SCRIPT.length - 40, 3000]) {
      await install(home, server, { shell, script: SCRIPT.slice(0, length) });
      assertEquals(server.requests, []);
    }
  }, skipped);

  installTest(`in ${name}: refuses a directory that cannot be written to`, async (home, server) => {
    // Nobody can write to this one, not even root.
    const dir = isRoot ? "/proc" : home.at("locked");
    if (!isRoot) await Deno.mkdir(dir, { mode: 0o500 });
    const { code, stderr } = await install(home, server, {
      shell,
      env: { MOLECULE_MCP_INSTALL_DIR: dir },
    });
    assertEquals(code, 1);
    assertStringIncludes(
      stderr,
      "set MOLECULE_MCP_INSTALL_DIR to a directory that you can write to",
    );
    assertEquals(server.requests, []);
  }, skipped);
}

const TOOLS: readonly [download: string, verify: string][] = [
  ["curl", "sha256sum"],
  ["wget", "sha256sum"],
  ["curl", "shasum"],
  ["wget", "openssl"],
  ["busybox wget", "busybox sha256sum"],
];

for (const tools of TOOLS) {
  const paths = await Promise.all(tools.map((tool) => pathOf(tool.split(" ")[0] ?? "")));
  const missing = tools[paths.indexOf(undefined)]?.split(" ")[0];
  const skipped = lacking(missing ?? "", missing === undefined);
  const name = tools.join(" and ");
  installTest(`with ${name} only`, async (home, server) => {
    const env = await toolsOnly(home, [...BASICS, ...tools]);
    const first = await install(home, server, { env });
    assertEquals([first.code, first.stderr], [0, ""]);
    server.faults = { corrupted: true };
    server.program("echo molecule-mcp 1.3.0");
    const second = await install(home, server, { env });
    assertStringIncludes(second.stderr, "damaged or was tampered with");
    for (const faults of [{ missing: [ASSET] }, { cutOff: true }]) {
      server.faults = faults;
      assertStringIncludes((await install(home, server, { env })).stderr, "cannot download");
    }
    assertStringIncludes(await Deno.readTextFile(programIn(home)), "1.2.3");
  }, skipped);
}

installTest("with BusyBox for everything but uname", async (home, server) => {
  // Whether getconf or ldd is there as well depends on how it was built.
  const applets = [...BASICS, "wget", "sha256sum"].filter((name) => name !== "uname");
  const env = await toolsOnly(home, ["uname", ...applets.map((name) => `busybox ${name}`)]);
  const shell: Shell = [await pathOf("busybox") ?? "", "sh"];
  const { code, stdout, stderr } = await install(home, server, { env, shell });
  assertEquals([code, stderr], [0, ""]);
  assertStringIncludes(stdout, "Installed: molecule-mcp 1.2.3\n");
}, lacking("busybox", await pathOf("busybox") !== undefined));

installTest("says what is missing when it cannot download or verify", async (home, server) => {
  const noDownload = await toolsOnly(home, [...BASICS, "cksum"]);
  assertStringIncludes(
    (await install(home, server, { env: noDownload })).stderr,
    "cannot verify the download: sha256sum, shasum or openssl must be installed\n",
  );
  const commands = { ...noDownload, PATH: `${noDownload.PATH}:${home.at("more")}` };
  await Deno.mkdir(home.at("more"));
  await Deno.writeTextFile(home.at("more", "openssl"), "#!/bin/sh\n", { mode: 0o755 });
  const { code, stderr } = await install(home, server, { env: commands });
  assertEquals(code, 1);
  assertStringIncludes(stderr, "neither curl nor wget is installed\n");
  await assertNothingInstalled(home);
});

installTest("installs into a relative folder, wherever CDPATH points", async (home, server) => {
  await Deno.mkdir(home.at("elsewhere", "tools"), { recursive: true });
  const { code, stdout, stderr } = await install(home, server, {
    env: { CDPATH: home.at("elsewhere"), MOLECULE_MCP_INSTALL_DIR: "tools" },
  });
  assertEquals([code, stderr], [0, ""]);
  const at = await Deno.realPath(home.at("tools", "molecule-mcp"));
  assertStringIncludes(await Deno.realPath(/^ {2}(\/.*)$/m.exec(stdout)?.[1] ?? ""), at);
});

installTest("refuses to put the program into a directory of its name", async (home, server) => {
  await Deno.mkdir(programIn(home), { recursive: true });
  const { code, stderr } = await install(home, server);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "molecule-mcp is a directory");
  assertEquals([...Deno.readDirSync(programIn(home))], []);
});

installTest("prints a command that a shell takes, whatever the folder's name", async (
  home,
  server,
) => {
  const dir = home.at('a "$b" `c` \\d');
  const { stdout } = await install(home, server, { env: { MOLECULE_MCP_INSTALL_DIR: dir } });
  const printed = /^ {2}(".*") auth login$/m.exec(stdout)?.[1] ?? "";
  const { stdout: said } = await new Deno.Command("sh", { args: ["-c", printed] }).output();
  assertEquals(new TextDecoder().decode(said), "molecule-mcp 1.2.3\n");
});

/** Ends the shell while the executable is on its way, which then comes. */
async function interrupted(home: TestDir, server: ReleaseServer, options: InstallOptions) {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.faults = { stalledUntil: promise };
  const { promise: started, resolve: start } = Promise.withResolvers<Deno.ChildProcess>();
  const installed = install(home, server, { ...options, onStart: start });
  const child = await started;
  while (!server.requests.some((path) => path.endsWith(ASSET))) {
    await new Promise((later) => setTimeout(later, 5));
  }
  child.kill("SIGTERM");
  // A shell acts on a signal when the command that it waits for has ended.
  resolve();
  return await installed;
}
