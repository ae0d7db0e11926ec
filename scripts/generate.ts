/**
 * The files of the repository that follow from others: the tables of README.md, server.json, the
 * snapshots of what an agent reads, and the lock files.
 *
 * Usage:
 * - `deno task generate`: writes them anew, but for the lock files
 * - `deno task check`: `--check`, says which are not what they should be, and what writes them
 * - `deno task lock`: what Deno does not do for it. `--prune-locks` takes out what nothing asks for any
 *   more; `--npm-half` takes the npm half of deno.lock from scripts/npm_only/deno.lock
 *
 * @module
 */
import { exists } from "@std/fs";
import config from "../deno.json" with { type: "json" };
import {
  askedOfNpm,
  type LockFiles,
  lockProblems,
  pruned,
  withNpmHalf,
} from "./generated/lock_files.ts";
import { GENERATE, GENERATED, SNAPSHOTS, staleness } from "./generated/parts.ts";
import { projectRoot } from "./release/project.ts";
import { TOOL_PACKAGES } from "./tools/versions.ts";

const LOCK_FILE = "deno.lock";
const NPM_ONLY_LOCK_FILE = "scripts/npm_only/deno.lock";
const TOOLS_LOCK_FILE = "scripts/tools/deno.lock";

if (import.meta.main) {
  if (Deno.args.includes("--check")) {
    const problems = [...await staleFiles(), ...lockProblems(await lockFiles())];
    for (const problem of problems) console.error(problem);
    console.log(
      problems.length === 0
        ? `Checked ${GENERATED.length} generated files and 3 lock files`
        : `Problems in generated files: ${problems.length}`,
    );
    Deno.exit(problems.length === 0 ? 0 : 1);
  } else if (Deno.args.includes("--npm-half")) {
    await writeJson(LOCK_FILE, withNpmHalf(await lockFiles()));
  } else if (Deno.args.includes("--prune-locks")) {
    const files = await lockFiles();
    await writeJson(NPM_ONLY_LOCK_FILE, pruned(files.npmOnlyLock, askedOfNpm(files)));
    await writeJson(TOOLS_LOCK_FILE, pruned(files.toolsLock, files.tools));
  } else {
    for (const { path, make } of GENERATED) await write(path, make(await kept(path) ?? ""));
  }
}

/** What is wrong with the generated files, each with what to do. */
export async function staleFiles(): Promise<string[]> {
  const problems: string[] = [];
  for (const file of GENERATED) {
    const problem = staleness(file, await kept(file.path));
    if (problem !== undefined) problems.push(problem);
  }
  for await (const { name } of Deno.readDir(new URL(SNAPSHOTS, projectRoot))) {
    const path = SNAPSHOTS + name;
    if (GENERATED.some((file) => file.path === path)) continue;
    problems.push(`${path} is made by nothing. Remove it, or add it to what ${GENERATE} writes`);
  }
  return problems;
}

/** The lock files and what they follow from, as they stand in the repository. */
export async function lockFiles(): Promise<LockFiles> {
  const json = async (path: string) => JSON.parse(await kept(path) ?? "");
  return {
    imports: config.imports,
    npmOnlyImports: (await json("scripts/npm_only/import_map.json")).imports,
    tools: Object.values(TOOL_PACKAGES),
    lock: await json(LOCK_FILE),
    npmOnlyLock: await json(NPM_ONLY_LOCK_FILE),
    toolsLock: await json(TOOLS_LOCK_FILE),
  };
}

async function kept(path: string): Promise<string | undefined> {
  const url = new URL(path, projectRoot);
  return await exists(url) ? await Deno.readTextFile(url) : undefined;
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await write(path, `${JSON.stringify(value, null, 2)}\n`);
}

async function write(path: string, text: string): Promise<void> {
  if (await kept(path) === text) return;
  await Deno.writeTextFile(new URL(path, projectRoot), text);
  console.log(`Wrote ${path}`);
}
