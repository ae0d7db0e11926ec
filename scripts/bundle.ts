/**
 * Writes dist/molecule-mcp.js: the server and everything it imports in one file, which is what
 * `deno run <URL>` runs; and beside it dist/molecule-mcp-more.js, the other commands, which only they
 * load: code slows every start down by merely being there. Executables embed the same in parts
 * (`bundleParts`).
 *
 * Usage: deno run -A scripts/bundle.ts [--deno=FLAG …]   (scripts/task.ts passes the flags)
 *
 * @module
 */
import { ensureDir } from "@std/fs";
import { fromFileUrl } from "@std/path";
import { ascii, compressed, importOf, refuseUsing, replaceOnce } from "./bundle/code.ts";
import { bundled, denoBundle, withoutUsing } from "./bundle/deno_bundle.ts";
import { withPage } from "./bundle/page.ts";
import { lazySchemas, withoutValidator } from "./bundle/sdk.ts";
import { distDir, projectRoot } from "./release/project.ts";
import { TempDir } from "./temp_dir.ts";

const OUTPUT = new URL("molecule-mcp.js", distDir);
/** The second file, which is always beside the first. */
export const MORE = "molecule-mcp-more.js";
/** How the program imports it in the source. */
const COMMANDS = "../commands/main.ts";
/**
 * Packages that are rarely needed, as modules of their own, which the program imports dynamically. The
 * single file carries them as compressed text, because code slows a start down by merely being there.
 */
const RARE: Readonly<Record<string, string>> = {
  mime: 'export { default } from "mime";',
  yaml: 'export * from "yaml";',
};
/** What the server's own files leave out. */
const LEFT_OUT = [...Object.keys(RARE), COMMANDS, `./${MORE}`].map((name) => `--external=${name}`);
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
  for (const name of ["molecule-mcp.js", MORE]) {
    const { size } = await Deno.stat(new URL(name, distDir));
    console.log(`dist/${name}: ${(size / 1024).toFixed(0)} KiB, self-contained`);
  }
}

/**
 * Writes the server as one file, and the other commands as another beside it.
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
  let code = await bundled(`${folder.path}/main.js`, [...LEFT_OUT, "--no-config", ...short]);
  for (const [name, source] of Object.entries(RARE)) {
    const text = await compressed(await minified(source, flags));
    code = replaceOnce(code, `import("${name}")`, `import(await ${UNPACK}("${text}"))`);
  }
  code = ascii(`${code}\n${UNPACKING}`);
  // Unless it is minified, it has comments with examples of imports.
  const imported = minify ? importOf(code.replace(`import("./${MORE}")`, "")) : undefined;
  if (imported !== undefined) {
    // Any import would fail when the file is run from a URL; one of node: costs 25 ms at every start.
    throw new Error(`The bundle is not self-contained: it imports ${imported}`);
  }
  await ensureDir(new URL(".", output));
  await Deno.writeTextFile(output, code);
  await Deno.writeTextFile(new URL(MORE, output), await commandsBundle(flags, minify));
}

/** The other commands as one piece of code, which imports nothing but what is built into Deno. */
async function commandsBundle(flags: readonly string[], minify: boolean): Promise<string> {
  const code = await withoutUsing("src/commands/main.ts", flags, minify ? ["--minify"] : []);
  const imported = minify
    ? importOf(code.replaceAll(/\b(?:from\s*|import\()"node:[\w/]+"/g, ""))
    : undefined;
  if (imported !== undefined) {
    throw new Error(`${MORE} is not self-contained: it imports ${imported}`);
  }
  const committed = code.replace(UNKNOWN_COMMIT, await commit());
  return ascii(await withPage(committed, flags));
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
  await Deno.writeTextFile(`${folder}/${MORE}`, await commandsBundle(flags, true));
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
  const external = [...LEFT_OUT, "--external=ajv", "--external=ajv-formats"];
  await denoBundle("src/main.ts", [...flags, ...split, ...external, `--outdir=${raw.path}`]);
  for await (const { name } of Deno.readDir(raw.path)) {
    let code = await Deno.readTextFile(`${raw.path}/${name}`);
    refuseUsing(code);
    if (code.includes("/sdk/") && code.includes("ajv")) {
      code = withoutValidator(lazySchemas(code));
    }
    if (code.includes(UNKNOWN_COMMIT)) code = code.replace(UNKNOWN_COMMIT, await commit());
    if (code.includes(COMMANDS)) code = replaceOnce(code, `"${COMMANDS}"`, `"./${MORE}"`);
    await Deno.writeTextFile(`${raw.path}/${name}`, code);
  }
  const args = [...split, ...LEFT_OUT, "--no-config", ...short, `--outdir=${folder}`];
  await denoBundle(`${raw.path}/main.js`, args);
  const [left] = await filesWith(folder, COMMANDS, UNKNOWN_COMMIT, 'from "ajv', 'from"ajv');
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

/** Bundles and minifies a module that is given as text. */
async function minified(source: string, flags: readonly string[]): Promise<string> {
  // Inside the project, so that the import map applies.
  await ensureDir(distDir);
  const entry = await Deno.makeTempFile({ dir: fromFileUrl(distDir), suffix: ".ts" });
  try {
    await Deno.writeTextFile(entry, source);
    return await withoutUsing(entry, flags, ["--minify"]);
  } finally {
    await Deno.remove(entry);
  }
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
