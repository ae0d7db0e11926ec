/** What install.sh says and keeps: the next step, PATH, the checksum, the progress, what was there. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { sha256 } from "../../scripts/release/files.ts";
import {
  BASICS,
  install,
  installTest,
  pathOf,
  programIn,
  SCRIPT,
  toolsOnly,
} from "./install_sh.ts";
import { ASSET } from "./release_server.ts";
import type { TestDir } from "../support/test_dir.ts";
import { firstReason, lacking } from "../support/test_unless.ts";

installTest("prints what the README says to do next, with a path that works now", async (
  home,
  server,
) => {
  const { stdout } = await install(home, server);
  const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
  for (const rest of ["auth login", "install claude-code"]) {
    assert(readme.includes(`\nmolecule-mcp ${rest}\n`), rest);
    assertStringIncludes(stdout, `\n  ${programIn(home)} ${rest}\n`);
  }
  assertStringIncludes(stdout, "Who are my peers on Molecule?");
});

installTest("keeps the checksum, with which the installed program can be verified", async (
  home,
  server,
) => {
  await install(home, server);
  const dir = home.at(".local", "bin");
  const kept = await Deno.readTextFile(`${dir}/molecule-mcp.sha256`);
  assertEquals(kept, `${await sha256(programIn(home))}  molecule-mcp\n`);
  const check = "sha256sum --check molecule-mcp.sha256";
  const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
  assert(readme.includes(`\ncd ~/.local/bin\n${check}\n`));
  if (await pathOf("sha256sum") !== undefined) {
    assertEquals(
      await runIn(home, "sh", ["-c", `cd ~/.local/bin && ${check}`]),
      "molecule-mcp: OK\n",
    );
  }
  // One that got lost, or is of an earlier version, is written anew.
  await Deno.remove(`${dir}/molecule-mcp.sha256`);
  await install(home, server);
  assertEquals(await Deno.readTextFile(`${dir}/molecule-mcp.sha256`), kept);
});

installTest("refuses to take the place of another program, unless it is told to", async (
  home,
  server,
) => {
  const program = programIn(home);
  await Deno.mkdir(home.at(".local", "bin"), { recursive: true });
  // Such as the Python client: it has no --version, and serves when it is configured.
  const theirs = '#!/bin/sh\n[ -z "${PLATFORM_URL:-}" ] || echo served >&2\nexit 2\n';
  await Deno.writeTextFile(program, theirs, { mode: 0o755 });
  const env = { PLATFORM_URL: "https://platform.example" };
  const refused = await install(home, server, { env });
  assertEquals([refused.code, refused.stdout], [1, ""]);
  assertStringIncludes(refused.stderr, `${program} is another program`);
  assertStringIncludes(refused.stderr, "MOLECULE_MCP_REPLACE=1");
  assert(!refused.stderr.includes("served"));
  assertEquals(await Deno.readTextFile(program), theirs);
  assertEquals(server.requests, ["/latest/download/SHA256SUMS"]);

  for (const kept of ["molecule-mcp.replaced", "molecule-mcp.replaced.2"]) {
    await Deno.writeTextFile(program, theirs, { mode: 0o755 });
    const { code, stdout } = await install(home, server, {
      env: { ...env, MOLECULE_MCP_REPLACE: "1" },
    });
    assertEquals(code, 0);
    assertStringIncludes(stdout, `is now ${home.at(".local", "bin", kept)}\n`);
    assertEquals(await Deno.readTextFile(home.at(".local", "bin", kept)), theirs);
  }
  assertStringIncludes(await Deno.readTextFile(program), "1.2.3");
});

installTest("says whether the program is found on PATH", async (home, server) => {
  const bin = home.at(".local", "bin");
  const first = await install(home, server);
  assertStringIncludes(first.stdout, `\n${bin} is not on PATH. This line puts it there`);

  const onPath = { PATH: `${bin}:${Deno.env.get("PATH")}` };
  const there = await install(home, server, { env: onPath });
  assertStringIncludes(there.stdout, "\n  molecule-mcp auth login\n");
  assert(!there.stdout.includes("PATH"));

  const other = home.at("other");
  await Deno.mkdir(other);
  await Deno.writeTextFile(`${other}/molecule-mcp`, "#!/bin/sh\n", { mode: 0o755 });
  const hidden = await install(home, server, { env: { PATH: `${other}:${onPath.PATH}` } });
  assertStringIncludes(hidden.stdout, `comes before it: ${other}/molecule-mcp\n`);
  assertStringIncludes(hidden.stdout, `\n  ${bin}/molecule-mcp auth login\n`);
});

/** There bash reads another file. */
const ELSEWHERE_ON_MACOS = Deno.build.os === "darwin"
  ? "macOS has its own files for it"
  : undefined;
const PROFILES = [
  ["bash", ".bashrc"],
  ["zsh", ".zshrc"],
  ["fish", undefined],
  ["dash", ".profile"],
] as const;

for (const [shell, file] of PROFILES) {
  const path = await pathOf(shell);
  installTest(`the line that it prints for ${shell} puts the program on PATH`, async (
    home,
    server,
  ) => {
    const dir = home.at(`it's "a" $dir`);
    const env = { MOLECULE_MCP_INSTALL_DIR: dir, SHELL: path ?? "" };
    const { stdout } = await install(home, server, { env });
    const line = /not on PATH.*\n\n {2}(.*)\n/.exec(stdout)?.[1] ?? "";
    await runIn(home, path ?? "", ["-c", line]);
    const read = file === undefined ? "" : `. ./${file}; `;
    const said = await runIn(home, path ?? "", ["-c", `${read}molecule-mcp`]);
    assertEquals(said, "molecule-mcp 1.2.3\n", line);
  }, firstReason(lacking(shell, path !== undefined), ELSEWHERE_ON_MACOS));
}

async function runIn(home: TestDir, command: string, args: readonly string[]): Promise<string> {
  const { stdout } = await new Deno.Command(command, {
    args: [...args],
    clearEnv: true,
    env: { HOME: home.path, PATH: Deno.env.get("PATH") ?? "" },
    cwd: home.path,
  }).output();
  return new TextDecoder().decode(stdout);
}

// `script` of util-linux; that of macOS and BSD has other options.
const HAS_TERMINAL = Deno.build.os === "linux" && await pathOf("script") !== undefined;

for (const tool of ["curl", "wget"]) {
  installTest(
    `shows how the download with ${tool} goes, where somebody looks`,
    async (
      home,
      server,
    ) => {
      const env = await toolsOnly(home, [...BASICS, tool, "sha256sum"]);
      await Deno.writeTextFile(home.at("install.sh"), SCRIPT);
      const { code, stdout } = await install(home, server, {
        env,
        shell: [await pathOf("script") ?? "", "-qec", `sh '${home.at("install.sh")}'`, "/dev/null"],
        script: "",
      });
      assertEquals(code, 0);
      assertStringIncludes(stdout, `Downloading ${ASSET}`);
      assertMatch(stdout, /100(\.0)? ?%/);
      assertStringIncludes(stdout, "Installed: molecule-mcp 1.2.3");
    },
    firstReason(
      lacking("script of util-linux", HAS_TERMINAL),
      lacking(tool, await pathOf(tool) !== undefined),
      lacking("sha256sum", await pathOf("sha256sum") !== undefined),
    ),
  );
}
