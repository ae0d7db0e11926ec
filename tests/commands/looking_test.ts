import { assert, assertEquals } from "@std/assert";
import { testUnless } from "../support/test_unless.ts";
import { inHome } from "./home.ts";
import { NO_PTY, runOnTerminal } from "./on_terminal.ts";

/** Commands that only look. */
const LOOKING = [
  ["--help"],
  ["auth", "status"],
  ["auth", "status", "--json"],
  ["clients"],
  ["clients", "--json"],
  ["status"],
  ["status", "--json"],
  ["completions", "bash"],
  ["install", "claude-code", "codex", "--dry-run"],
  ["install", "gemini-cli", "--print"],
  ["uninstall", "claude-code", "--dry-run"],
  ["upgrade"],
  ["upgrade", "--check"],
];
const PROFILES = [[], ["--profile", "work"]];
/** Nothing listens there. */
const NOWHERE = "http://127.0.0.1:9";
const SETTINGS = JSON.stringify({
  workspace_id: "11111111-2222-4333-8444-555555555555",
  platform_url: NOWHERE,
});
const DENOS_OWN = [".cache", "Local", "Roaming", "Library"];

/** Every file and directory: names, modes, times and content. */
async function snapshot(path: string): Promise<string[]> {
  const { isDirectory, mode, mtime } = await Deno.lstat(path);
  const line = `${path} ${mode?.toString(8)} ${mtime?.toISOString()}`;
  if (!isDirectory) return [`${line} ${await Deno.readTextFile(path)}`];
  const names = [...Deno.readDirSync(path)].map(({ name }) => name).sort();
  const below = await Promise.all(
    names.filter((name) => !DENOS_OWN.includes(name)).map((name) => snapshot(`${path}/${name}`)),
  );
  return [line, ...below.flat()];
}

for (const arrangement of ["nothing set up", "set up", "open to others", "closed"]) {
  Deno.test(`looking changes nothing: ${arrangement}`, async () => {
    await inHome(async (home) => {
      const env = { MOLECULE_MCP_BASE_URL: NOWHERE };
      await home.write("{}\n", ".claude.json");
      if (arrangement !== "nothing set up") {
        for (const place of [[], ["profiles", "work"]]) {
          await home.write(SETTINGS, ".molecule-workspace", ...place, "settings.json");
          await home.write("x".repeat(43), ".molecule-workspace", ...place, ".auth_token");
        }
        const mode = { "set up": 0o700, "open to others": 0o755, "closed": 0o500 }[arrangement];
        if (Deno.build.os !== "windows" && mode !== undefined) {
          await Deno.chmod(home.dir.at(".molecule-workspace"), mode);
        }
      }
      await home.runWith(env, "--version"); // Deno makes directories of its own.
      for (const profile of PROFILES) {
        for (const command of LOOKING) {
          const before = await snapshot(home.dir.path);
          // What a file that is made and removed leaves.
          await new Promise((resolve) => setTimeout(resolve, 5));
          const { stdout, stderr } = await home.runWith(env, ...command, ...profile);
          assert(stdout + stderr !== "");
          assertEquals(await snapshot(home.dir.path), before, [...command, ...profile].join(" "));
        }
      }
    });
  });
}

testUnless(NO_PTY, "a bare run on a terminal changes nothing", async () => {
  await inHome(async (home) => {
    await home.write(SETTINGS, ".molecule-workspace", "settings.json");
    await home.run("--version");
    const before = await snapshot(home.dir.path);
    const run = await runOnTerminal([], [], { home: home.dir.path });
    assertEquals(run.code, 2, run.shown);
    assertEquals(await snapshot(home.dir.path), before);
  });
});
