/**
 * Writes dist/molecule-mcp.js: the program and everything it imports in one file, which is what
 * `deno run <URL>` runs and what `deno compile` embeds.
 *
 * Usage: deno run -A scripts/bundle.ts [--deno=FLAG …]   (scripts/task.ts passes the flags)
 *
 * @module
 */
import { fromFileUrl } from "@std/path";
import { distDir, projectRoot } from "./release/project.ts";

const OUTPUT = new URL("molecule-mcp.js", distDir);
/** Stands in src/version.ts. */
const UNKNOWN_COMMIT = "0".repeat(40);

if (import.meta.main) {
  const flags = Deno.args.filter((arg) => arg.startsWith("--deno=")).map((arg) => arg.slice(7));
  await bundle(flags);
  const { size } = await Deno.stat(OUTPUT);
  console.log(`dist/molecule-mcp.js: ${(size / 1024).toFixed(0)} KiB, self-contained`);
}

/**
 * @param flags for `deno bundle`: where its dependencies come from
 * @throws when the bundle fails or still imports something
 */
export async function bundle(flags: readonly string[], output: URL = OUTPUT): Promise<void> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    // "browser" takes the packages' builds without node: imports.
    args: [
      "bundle",
      "--quiet",
      ...flags,
      "--platform=browser",
      "--minify",
      `--output=${fromFileUrl(output)}`,
      "src/main.ts",
    ],
    cwd: projectRoot,
  }).spawn().status;
  if (!success) throw new Error("deno bundle failed; its message stands above");
  const code = await Deno.readTextFile(output);
  const imported = /\bimport\s*(?:[\w*{][^;"']*from\s*)?["']([^"']+)["']/.exec(code);
  if (imported) {
    // An import left over would fail from a URL; one of node: costs 25 ms at every start.
    throw new Error(`The bundle is not self-contained: it imports ${imported[1]}`);
  }
  if (code.split(UNKNOWN_COMMIT).length !== 2) {
    throw new Error("The bundle has not exactly one place for the commit (src/version.ts)");
  }
  await Deno.writeTextFile(output, code.replace(UNKNOWN_COMMIT, await commit()));
}

/** The commit of the working tree, marked when files differ from it; noughts where git has none. */
async function commit(): Promise<string> {
  const head = await git(["rev-parse", "--short=12", "HEAD"]);
  if (head === undefined) return UNKNOWN_COMMIT;
  return await git(["status", "--porcelain"]) === "" ? head : `${head}, modified`;
}

async function git(args: string[]): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command("git", {
      args,
      cwd: projectRoot,
      stderr: "null",
    }).output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined; // No git here.
    throw error;
  }
}
