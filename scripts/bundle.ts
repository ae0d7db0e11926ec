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
/**
 * Packages that few starts need, as modules of their own. The bundle carries them as text, behind a
 * `data:` import: V8 reads past a text at a tenth of the time that it parses code, and a start that
 * never imports them never pays for more. (The program imports them dynamically.)
 */
const RARE: Readonly<Record<string, string>> = {
  mime: 'export { default } from "mime";',
  yaml: 'export * from "yaml";',
};
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
  const external = Object.keys(RARE).map((name) => `--external=${name}`);
  const source = [...flags, ...external];
  refuseUsing(await bundled("src/main.ts", source));
  let code = await bundled("src/main.ts", [...source, "--minify"]);
  for (const [name, source] of Object.entries(RARE)) {
    code = replaceOnce(code, `import("${name}")`, `import("${await asDataUrl(source, flags)}")`);
  }
  code = replaceOnce(code, UNKNOWN_COMMIT, await commit());
  const imported = importOf(code);
  if (imported !== undefined) {
    // An import left over would fail from a URL; one of node: costs 25 ms at every start.
    throw new Error(`The bundle is not self-contained: it imports ${imported}`);
  }
  await Deno.mkdir(new URL(".", output), { recursive: true });
  await Deno.writeTextFile(output, code);
}

/**
 * The minifier turns `using file = await open()` into `await open()` where the variable is used
 * once: nothing is ever closed then, and no test from source sees it. So there must be none, neither
 * of this program nor of its packages.
 *
 * @param code before it is minified
 */
export function refuseUsing(code: string): void {
  const [line] = /^(?!\s*(?:\*|\/\/)).*\busing\s+[\w$]+\s*=.*$/m.exec(code) ?? [];
  if (line === undefined) return;
  throw new Error(
    `Cannot bundle: the minifier drops "using", as in "${line.trim().slice(0, 120)}". ` +
      "Close the resource in a finally instead",
  );
}

/** What code imports from elsewhere, if anything. */
export function importOf(code: string): string | undefined {
  const statement = /\bimport\s*(?:[\w*{][^;"']*from\s*)?["']([^"']+)["']/.exec(code)?.[1];
  const expression = /\bimport\s*\(\s*["'`](?!data:)([^"'`]*)/.exec(code)?.[1];
  return statement ?? expression;
}

async function asDataUrl(source: string, flags: readonly string[]): Promise<string> {
  // Inside the project, so that the import map applies.
  await Deno.mkdir(distDir, { recursive: true });
  const entry = await Deno.makeTempFile({ dir: fromFileUrl(distDir), suffix: ".ts" });
  try {
    await Deno.writeTextFile(entry, source);
    refuseUsing(await bundled(entry, flags));
    const code = await bundled(entry, [...flags, "--minify"]);
    return `data:text/javascript;base64,${new TextEncoder().encode(code).toBase64()}`;
  } finally {
    await Deno.remove(entry);
  }
}

async function bundled(entry: string, flags: readonly string[]): Promise<string> {
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    // "browser" takes the packages' builds without node: imports.
    args: ["bundle", "--quiet", ...flags, "--platform=browser", entry],
    cwd: projectRoot,
    stderr: "inherit",
  }).output();
  if (!success) throw new Error("deno bundle failed; its message stands above");
  return new TextDecoder().decode(stdout);
}

function replaceOnce(code: string, text: string, replacement: string): string {
  const parts = code.split(text);
  if (parts.length !== 2) {
    throw new Error(`Cannot bundle: expected ${text} once in the program, got ${parts.length - 1}`);
  }
  return parts.join(replacement);
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
