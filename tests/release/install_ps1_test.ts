import { assertEquals, assertStringIncludes } from "@std/assert";
import { executableName, TARGETS } from "../../scripts/release/targets.ts";
import { repositoryUrl } from "../../scripts/release/project.ts";
import { ReleaseServer } from "./release_server.ts";
import { TestDir } from "../support/test_dir.ts";

const SCRIPT = await Deno.readTextFile(new URL("../../scripts/install.ps1", import.meta.url));
const SHELL_SCRIPT = await Deno.readTextFile(new URL("../../scripts/install.sh", import.meta.url));
const powershell = await findPowerShell();

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

Deno.test({
  name: "install.ps1 refuses what is not there, and installs nothing",
  // Only Windows has it; the script for other systems is tested everywhere else.
  ignore: powershell === undefined,
  async fn() {
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
      const { code, stderr } = await install(home, server);
      assertEquals(code, 1);
      assertStringIncludes(stderr.replace(/\s+/g, " "), message);
      assertEquals(await Array.fromAsync(Deno.readDir(home.path), ({ name }) => name), []);
    }
  },
});

async function install(home: TestDir, server: ReleaseServer) {
  const { code, stderr } = await new Deno.Command(powershell ?? "", {
    args: ["-NoProfile", "-NonInteractive", "-Command", SCRIPT],
    env: { MOLECULE_MCP_BASE_URL: server.url, MOLECULE_MCP_INSTALL_DIR: home.path },
  }).output();
  return { code, stderr: new TextDecoder().decode(stderr) };
}

async function findPowerShell(): Promise<string | undefined> {
  if (Deno.build.os !== "windows") return undefined;
  for (const name of ["pwsh", "powershell"]) {
    try {
      await new Deno.Command(name, { args: ["-NoProfile", "-Command", "exit"] }).output();
      return name;
    } catch {
      // Not installed; the next one.
    }
  }
  return undefined;
}
