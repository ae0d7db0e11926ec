import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { exists } from "@std/fs";
import { fromFileUrl } from "@std/path";
import {
  assertNothingInstalled,
  install,
  installTest,
  pathOf,
  programIn,
  SCRIPT,
} from "./install_sh.ts";
import { ASSET } from "./release_server.ts";
import { lacking, testUnless } from "../support/test_unless.ts";

installTest(
  "installs the latest release and says where and how to use it",
  async (home, server) => {
    const { code, stdout, stderr } = await install(home, server);
    assertEquals([code, stderr], [0, ""]);
    const program = programIn(home);
    assertEquals(((await Deno.stat(program)).mode ?? 0) & 0o777, 0o755);
    assertStringIncludes(stdout, "Installed: molecule-mcp 1.2.3\n");
    assertStringIncludes(stdout, `\n  ${program}\n`);
    assertEquals(server.requests, ["/latest/download/SHA256SUMS", `/latest/download/${ASSET}`]);
  },
);

installTest("installs the release that was asked for", async (home, server) => {
  const { code } = await install(home, server, { env: { MOLECULE_MCP_VERSION: "v1.2.3" } });
  assertEquals(code, 0);
  assertEquals(server.requests[1], `/download/v1.2.3/${ASSET}`);
});

installTest("installs into the folder that was asked for, spaces and quotes in its name", async (
  home,
  server,
) => {
  const dir = home.at('my "own" tools');
  const { code, stdout } = await install(home, server, { env: { MOLECULE_MCP_INSTALL_DIR: dir } });
  assertEquals(code, 0);
  assert(await exists(`${dir}/molecule-mcp`));
  assertStringIncludes(stdout, `\n  ${dir}/molecule-mcp\n`);
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

const isRoot = Deno.build.os !== "windows" && Deno.uid() === 0;

installTest(
  "never runs or trusts what another user has put there, even under a link",
  async (home, server) => {
    const dir = home.at(".local", "bin");
    const marker = home.at("was-run");
    const planted = `#!/bin/sh\ntouch ${marker}\necho molecule-mcp 1.0.0\n`;
    await Deno.mkdir(dir, { recursive: true });
    const elsewhere = home.at("elsewhere");
    for (const isLink of [false, true]) {
      const path = isLink ? elsewhere : programIn(home);
      await Deno.writeTextFile(path, planted, { mode: 0o755 });
      await Deno.chown(path, 65534, 65534);
      if (isLink) await Deno.symlink(path, programIn(home));
      for (const shell of [["sh"], ["bash"], ["busybox", "sh"]] as const) {
        if (await pathOf(shell[0]) === undefined) continue;
        const { code, stderr } = await install(home, server, { shell });
        assertEquals(code, 1, shell[0]);
        assertStringIncludes(stderr, "belongs to another user");
        assertEquals(await exists(marker), false);
      }
      await Deno.remove(programIn(home));
    }
    // A checksum that was planted with it says nothing, nor does that it is the release's.
    await install(home, server);
    await Deno.chown(programIn(home), 65534, 65534);
    const { code, stderr } = await install(home, server);
    assertEquals(code, 1);
    assertStringIncludes(stderr, "belongs to another user");
  },
  lacking("root", isRoot),
);

const REFUSALS = [
  ["a corrupted download", { corrupted: true }, "damaged or was tampered with"],
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
  await Deno.writeTextFile(home.at("file"), "");
  const { code, stderr } = await install(home, server, {
    env: { MOLECULE_MCP_INSTALL_DIR: home.at("file") },
  });
  assertEquals(code, 1);
  assertStringIncludes(stderr, "set MOLECULE_MCP_INSTALL_DIR");
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

// It has no package on npm. GitHub's runners have it.
testUnless(lacking("shellcheck", await hasShellcheck()), {
  name: "install.sh is clean for shellcheck",
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
