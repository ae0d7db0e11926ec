import { TOOL_PACKAGES } from "../tools/versions.ts";
import { NPM_ONLY_FLAGS } from "./dependencies.ts";
import { deno, script } from "./run.ts";

/** For tools, which are not dependencies of the program: a lock file of their own. */
const TOOL_FLAGS = ["--no-config", "--lock=scripts/tools/deno.lock", "--frozen"];
const PROGRAM = "src/main.ts";
/** What runs in a browser. Its types of streams differ from Deno's, so it is checked by itself. */
const PAGE = "src/page";

/** One gate for every commit: format, lint, types, workflows, and what is generated. */
export async function check(flags: readonly string[]): Promise<number> {
  // All of them run, even when one fails.
  const codes = [
    await deno(["fmt", "--check"]),
    await deno(["lint"]),
    await frozen("scripts/npm_only/deno.lock", [...NPM_ONLY_FLAGS, PROGRAM]),
    await frozen("scripts/tools/deno.lock", [...TOOL_FLAGS, ...Object.values(TOOL_PACKAGES)]),
    flags.length > 0 ? 0 : await frozen("deno.lock", [PROGRAM]),
    await deno(["check", ...flags, ...checkedCode(flags)]),
    await deno(["check", ...flags, PAGE]),
    await deno(["run", "--quiet", ...TOOL_FLAGS, "-A", "scripts/check_workflows.ts"]),
    await script("generate", flags, ["--check"]),
  ];
  return codes.find((code) => code !== 0) ?? 0;
}

/** Writes every lock file anew; locked versions that still fit are kept. */
export async function writeLockFiles(flags: readonly string[]): Promise<number> {
  const thawed = (args: readonly string[]) => [
    ...args.filter((arg) => arg !== "--frozen"),
    "--frozen=false",
  ];
  const unlocked = [...flags.filter((flag) => flag.startsWith("--import-map")), "--no-lock"];
  return await script("generate", unlocked, ["--prune-locks"]) ||
    await deno(["check", ...thawed(NPM_ONLY_FLAGS), ...checkedCode(NPM_ONLY_FLAGS)]) ||
    await deno(["check", ...thawed(NPM_ONLY_FLAGS), PAGE]) ||
    await deno(["cache", ...thawed(TOOL_FLAGS), ...Object.values(TOOL_PACKAGES)]) ||
    (flags.length > 0
      ? await script("generate", unlocked, ["--npm-half"])
      : await deno(["install", ...thawed([])]));
}

/** Checks that a lock file holds all that is loaded. (Deno's own advice is for deno.lock only.) */
async function frozen(lock: string, args: readonly string[]): Promise<number> {
  const code = await deno(["cache", "--quiet", ...args]);
  if (code !== 0) console.error(`${lock} does not hold what is loaded. Run: deno task lock`);
  return code;
}

/** What to check types of. Only the npm-only import map resolves what the adapters import. */
function checkedCode(flags: readonly string[]): string[] {
  const scripts = codeIn("scripts")
    .filter((path) => flags.length > 0 || path !== "scripts/npm_only");
  return [...codeIn("src").filter((path) => path !== PAGE), "tests", ...scripts];
}

/** The modules and folders of a folder of the project. */
function codeIn(folder: string): string[] {
  return [...Deno.readDirSync(new URL(`../../${folder}/`, import.meta.url))]
    .filter(({ name }) => /\.ts$|^[a-z_]+$/.test(name))
    .map(({ name }) => `${folder}/${name}`);
}
