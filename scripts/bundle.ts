/**
 * Writes dist/molecule-mcp.js: the program and everything it imports in one file, which is what
 * `deno run <URL>` runs and what `deno compile` embeds.
 *
 * Usage: deno run -A scripts/bundle.ts [--deno=FLAG …]   (scripts/task.ts passes the flags)
 *
 * @module
 */
const OUTPUT = "dist/molecule-mcp.js";
/** Stands in src/version.ts. */
const UNKNOWN_COMMIT = "0".repeat(40);

if (import.meta.main) {
  const flags = Deno.args.filter((arg) => arg.startsWith("--deno=")).map((arg) => arg.slice(7));
  await bundle(flags);
}

/**
 * @param flags for `deno bundle`: where its dependencies come from
 * @throws when the bundle fails or still imports something
 */
export async function bundle(flags: readonly string[]): Promise<void> {
  const root = new URL("../", import.meta.url);
  const { success } = await new Deno.Command(Deno.execPath(), {
    // "browser" takes the packages' builds without node: imports.
    args: [
      "bundle",
      "--quiet",
      ...flags,
      "--platform=browser",
      "--minify",
      `--output=${OUTPUT}`,
      "src/main.ts",
    ],
    cwd: root,
  }).spawn().status;
  if (!success) throw new Error("deno bundle failed; its message stands above");
  const path = new URL(OUTPUT, root);
  const code = await Deno.readTextFile(path);
  const imported = /\bimport\s*(?:[\w*{][^;"']*from\s*)?["']([^"']+)["']/.exec(code);
  if (imported) {
    // An import left over would fail from a URL; one of node: costs 25 ms at every start.
    throw new Error(`${OUTPUT} is not self-contained: it imports ${imported[1]}`);
  }
  if (code.split(UNKNOWN_COMMIT).length !== 2) {
    throw new Error(`${OUTPUT} has not exactly one place for the commit (src/version.ts)`);
  }
  await Deno.writeTextFile(path, code.replace(UNKNOWN_COMMIT, await commit(root)));
  console.log(`${OUTPUT}: ${(code.length / 1024).toFixed(0)} KiB, self-contained`);
}

/** The commit of the working tree, marked when files differ from it; noughts where git has none. */
async function commit(root: URL): Promise<string> {
  const head = await git(root, ["rev-parse", "--short=12", "HEAD"]);
  if (head === undefined) return UNKNOWN_COMMIT;
  return await git(root, ["status", "--porcelain"]) === "" ? head : `${head}, modified`;
}

async function git(cwd: URL, args: string[]): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command("git", { args, cwd, stderr: "null" })
      .output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined; // No git here.
    throw error;
  }
}
