/**
 * Writes the executables, dist/molecule-mcp-<os>-<arch>[.exe], and dist/SHA256SUMS.
 *
 * Usage: deno task compile [--target=TRIPLE …|--all]   (default: this machine's own)
 *
 * Environment:
 * - `DENO_COMPILE`: the deno to compile with; default: the one that runs this.
 * - `DENORT_BIN` (Deno's own variable): the runtime base to embed the program in, instead of
 *   downloading it. It is of one system, so it goes with a single target.
 *
 * No V8 code cache: a compiled program would keep it as `deno-compile-<name>.cache` in the system's
 * temp directory, readable by everybody (0644) and under a name that any local user can take first, and
 * V8 runs what it finds there, in a program that holds a token. Measured (Linux x64, Deno 2.6.8,
 * median of 20, spawn to initialize reply): 76 ms without it, 64 ms with it. Saving 12 ms once per
 * session is not worth that risk.
 *
 * @module
 */
import { bundle, bundleParts, MORE } from "./bundle.ts";
import { writeChecksums } from "./release/checksums.ts";
import { compileFlags } from "./release/compile_flags.ts";
import { distFiles, firstBytes } from "./release/files.ts";
import { distDir, projectRoot } from "./release/project.ts";
import {
  executableName,
  ownTarget,
  SYSTEM_HEADER_BYTES,
  systemOf,
  type Target,
  TARGETS,
} from "./release/targets.ts";
import { TempDir } from "./temp_dir.ts";

/** A compilation that failed for a reason that the user can fix. */
class CompileError extends Error {
  override readonly name = "CompileError";
}

if (import.meta.main) {
  try {
    await main(Deno.args);
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    console.error(error.message);
    Deno.exit(1);
  }
}

async function main(args: readonly string[]): Promise<void> {
  const denoFlags = args.filter((arg) => arg.startsWith("--deno=")).map((arg) => arg.slice(7));
  const targets = chosenTargets(args.filter((arg) => !arg.startsWith("--deno=")));
  await refuseForeignRuntime(targets, Deno.env.get("DENORT_BIN"));
  await bundle(denoFlags);
  // What was built from an older bundle must not be mistaken for part of this one.
  for (const name of await distFiles()) {
    if (name !== "molecule-mcp.js" && name !== MORE) await Deno.remove(new URL(name, distDir));
  }
  await using folder = await TempDir.make();
  const program = await bundleParts(denoFlags, folder.path);
  for (const target of targets) await compile(program, target);
  await writeChecksums();
}

function chosenTargets(args: readonly string[]): readonly Target[] {
  if (args.includes("--all")) return TARGETS;
  const triples = args.map((arg) => /^--target=(.+)$/.exec(arg)?.[1] ?? arg);
  if (triples.length === 0) {
    const own = ownTarget();
    if (!own) throw new CompileError(`Cannot compile for ${Deno.build.target}: ${expected()}`);
    return [own];
  }
  return triples.map((triple) => {
    const target = TARGETS.find((known) => known.triple === triple);
    if (!target) throw new CompileError(`Cannot compile for ${triple}: ${expected()}`);
    return target;
  });
}

function expected(): string {
  return `expected --all or --target=TRIPLE with one of ${
    TARGETS.map(({ triple }) => triple).join(", ")
  }`;
}

/** A runtime base is for one system; embedding in one for another would fail late or not at all. */
async function refuseForeignRuntime(targets: readonly Target[], path?: string): Promise<void> {
  if (path === undefined) return;
  let runtime;
  try {
    runtime = systemOf(await firstBytes(path, SYSTEM_HEADER_BYTES));
  } catch (error) {
    throw new CompileError(
      `Cannot read DENORT_BIN: ${Error.isError(error) ? error.message : error}`,
    );
  }
  const foreign = targets.find(({ os, arch }) => os !== runtime?.os || arch !== runtime.arch);
  if (foreign) {
    const found = runtime ? `for ${runtime.os} ${runtime.arch}` : "no executable that this knows";
    throw new CompileError(
      `Cannot compile for ${foreign.triple} with DENORT_BIN: ${path} is ${found}. ` +
        "Unset it, so that Deno downloads the right one, or name the target that it is for",
    );
  }
}

/** Embeds the program, a file and what it imports, in the runtime of one system. */
async function compile(program: string, target: Target): Promise<void> {
  const name = executableName(target);
  const output = new URL(name, distDir);
  const deno = Deno.env.get("DENO_COMPILE") ?? Deno.execPath();
  const { success, stderr } = await new Deno.Command(deno, {
    args: [
      "compile",
      ...compileFlags(),
      `--target=${target.triple}`,
      `--output=dist/${name}`,
      program,
    ],
    cwd: projectRoot,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new CompileError(reasonOf(new TextDecoder().decode(stderr), target));
  const { size } = await Deno.stat(output);
  console.log(`dist/${name}: ${(size / 1024 / 1024).toFixed(1)} MiB`);
}

function reasonOf(stderr: string, target: Target): string {
  const what = `Cannot compile for ${target.triple}: `;
  const url = /https:\/\/dl\.deno\.land\/[^)\s]+/.exec(stderr)?.[0];
  if (url === undefined) return `${what}${stderr.trim()}`;
  return `${what}Deno could not download the runtime base that it embeds the program in\n  ${url}\n` +
    "On a network that does not reach that host: download it elsewhere, unpack it, and set " +
    "DENORT_BIN to its path (and DENO_COMPILE to a deno of the same minor version).";
}
