/**
 * Writes dist/molecule-mcp.js: the program and everything it imports in one file, which is what
 * `deno run <URL>` runs. Executables embed the same in parts (`bundleParts`).
 *
 * Usage: deno run -A scripts/bundle.ts [--deno=FLAG …]   (scripts/task.ts passes the flags)
 *
 * @module
 */
import { ensureDir } from "@std/fs";
import { fromFileUrl } from "@std/path";
import { lazySchemas, withoutValidator } from "./bundle/sdk.ts";
import { distDir, projectRoot } from "./release/project.ts";
import { TempDir } from "./temp_dir.ts";

const OUTPUT = new URL("molecule-mcp.js", distDir);
/**
 * Packages that are rarely needed, as modules of their own, which the program imports dynamically. The
 * single file carries them as compressed text, because code slows a start down by merely being there.
 */
const RARE: Readonly<Record<string, string>> = {
  mime: 'export { default } from "mime";',
  yaml: 'export * from "yaml";',
};
const RARE_FLAGS = Object.keys(RARE).map((name) => `--external=${name}`);
const UNPACK = "unpackModule";
/** The counterpart of `compressed`: makes a URL that can be imported from a module's compressed text. */
const UNPACKING = `async function ${UNPACK}(text) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const code = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return "data:text/javascript," + encodeURIComponent(await new Response(code).text());
}
`;
/** The placeholder in src/version.ts. */
const UNKNOWN_COMMIT = "0".repeat(40);

if (import.meta.main) {
  const flags = Deno.args.filter((arg) => arg.startsWith("--deno=")).map((arg) => arg.slice(7));
  await bundle(flags);
  const { size } = await Deno.stat(OUTPUT);
  console.log(`dist/molecule-mcp.js: ${(size / 1024).toFixed(0)} KiB, self-contained`);
}

/**
 * Writes the program as one file.
 *
 * @param flags for `deno bundle`: where its dependencies come from
 * @param options.minify false for a file that is meant to be read
 * @throws when the bundle fails or still imports something
 */
export async function bundle(
  flags: readonly string[],
  output: URL = OUTPUT,
  { minify = true } = {},
): Promise<void> {
  const short = minify ? ["--minify"] : [];
  await using folder = await TempDir.make();
  await writeChunks(flags, folder.path, short);
  let code = await bundled(`${folder.path}/main.js`, [...RARE_FLAGS, "--no-config", ...short]);
  for (const [name, source] of Object.entries(RARE)) {
    const text = await compressed(await minified(source, flags));
    code = replaceOnce(code, `import("${name}")`, `import(await ${UNPACK}("${text}"))`);
  }
  code = ascii(`${code}\n${UNPACKING}`);
  // Unless it is minified, it has comments with examples of imports.
  const imported = minify ? importOf(code) : undefined;
  if (imported !== undefined) {
    // Any import would fail when the file is run from a URL; one of node: costs 25 ms at every start.
    throw new Error(`The bundle is not self-contained: it imports ${imported}`);
  }
  await ensureDir(new URL(".", output));
  await Deno.writeTextFile(output, code);
}

/**
 * Writes the program as several files, of which each start reads only those that it needs. This is what
 * an executable embeds: a single file would be parsed as a whole, which wastes 9 ms at every start.
 *
 * @returns the path of the first one
 */
export async function bundleParts(flags: readonly string[], folder: string): Promise<string> {
  await writeChunks(flags, folder, ["--minify"]);
  for (const [name, source] of Object.entries(RARE)) {
    await Deno.writeTextFile(`${folder}/${name}.js`, await minified(source, flags));
    const users = await filesWith(folder, `import("${name}")`);
    for (const path of users) {
      const code = await Deno.readTextFile(path);
      await Deno.writeTextFile(
        path,
        replaceOnce(code, `import("${name}")`, `import("./${name}.js")`),
      );
    }
    if (users.length === 0) throw new Error(`Cannot bundle: nothing imports ${name}`);
  }
  return `${folder}/main.js`;
}

/** Writes the program in chunks, by what is loaded together; only the rare packages are left out. */
async function writeChunks(
  flags: readonly string[],
  folder: string,
  short: readonly string[],
): Promise<void> {
  await using raw = await TempDir.make();
  const split = ["--code-splitting"];
  const external = [...RARE_FLAGS, "--external=ajv", "--external=ajv-formats"];
  await denoBundle("src/main.ts", [...flags, ...split, ...external, `--outdir=${raw.path}`]);
  for await (const { name } of Deno.readDir(raw.path)) {
    let code = await Deno.readTextFile(`${raw.path}/${name}`);
    refuseUsing(code);
    if (code.includes("/sdk/") && code.includes("ajv")) {
      code = withoutValidator(lazySchemas(code));
    }
    if (code.includes(UNKNOWN_COMMIT)) code = code.replace(UNKNOWN_COMMIT, await commit());
    await Deno.writeTextFile(`${raw.path}/${name}`, code);
  }
  const args = [...split, ...RARE_FLAGS, "--no-config", ...short, `--outdir=${folder}`];
  await denoBundle(`${raw.path}/main.js`, args);
  const [left] = await filesWith(folder, UNKNOWN_COMMIT, 'from "ajv', 'from"ajv');
  if (left !== undefined) throw new Error(`Cannot bundle: ${left} holds what it should not`);
}

/** The files of a folder that hold one of the texts. */
async function filesWith(folder: string, ...texts: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    const code = await Deno.readTextFile(path);
    if (texts.some((text) => code.includes(text))) found.push(path);
  }
  return found.sort();
}

/**
 * The minifier turns `using file = await open()` into `await open()` where the variable is used
 * once. Then nothing is ever closed, and no test of the source notices. So neither this program nor its
 * packages may use it.
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

/** The first import that is left in a piece of code, if any. */
export function importOf(code: string): string | undefined {
  const statement = /\bimport\s*(?:[\w*{][^;"']*from\s*)?["']([^"']+)["']/.exec(code)?.[1];
  const expression = /\bimport\s*\(\s*["'`](?!data:)([^"'`]*)/.exec(code)?.[1];
  return statement ?? expression;
}

/** Text, compressed, in base64. */
async function compressed(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer()).toBase64();
}

/**
 * Code in ASCII only, since V8 stores any other text with two bytes a character. Other characters occur
 * only in strings, templates and patterns, where they can be escaped.
 */
function ascii(code: string): string {
  return code.replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Bundles and minifies a module that is given as text. */
async function minified(source: string, flags: readonly string[]): Promise<string> {
  // Inside the project, so that the import map applies.
  await ensureDir(distDir);
  const entry = await Deno.makeTempFile({ dir: fromFileUrl(distDir), suffix: ".ts" });
  try {
    await Deno.writeTextFile(entry, source);
    refuseUsing(await bundled(entry, flags));
    return await bundled(entry, [...flags, "--minify"]);
  } finally {
    await Deno.remove(entry);
  }
}

/** The bundle of one file, as text. */
async function bundled(entry: string, args: readonly string[]): Promise<string> {
  return new TextDecoder().decode(await denoBundle(entry, args));
}

async function denoBundle(entry: string, args: readonly string[]): Promise<Uint8Array> {
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    // "browser" takes the packages' builds without node: imports.
    args: ["bundle", "--quiet", ...args, "--platform=browser", entry],
    cwd: projectRoot,
    stderr: "inherit",
  }).output();
  if (!success) throw new Error("deno bundle failed; its message stands above");
  return stdout;
}

function replaceOnce(code: string, text: string, replacement: string): string {
  const parts = code.split(text);
  if (parts.length !== 2) {
    throw new Error(`Cannot bundle: expected ${text} once in the program, got ${parts.length - 1}`);
  }
  return parts.join(replacement);
}

/** The commit of the working tree, marked when files differ from it; zeros where there is no git. */
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
