/**
 * Runs a task of deno.json with the dependencies that this network can reach.
 *
 * The packages of deno.json come from JSR and npm. Where JSR does not answer within a few seconds
 * (common behind company proxies) the task runs with `npm_only/`: an import map with thin adapters
 * for the JSR packages and its own frozen lock file. A release build never does
 * (`MOLECULE_DEPS=jsr` makes sure, `MOLECULE_DEPS=npm` forces the other way). This script and those
 * of `task/` import no package, not even @std: they run before it is known where packages come
 * from.
 *
 * Usage: deno run -A scripts/task.ts TASK [arguments]   (the tasks of deno.json)
 *
 * @module
 */
import { permissionFlags } from "./permissions.ts";
import { check, writeLockFiles } from "./task/check.ts";
import { dependencyFlags, NPM_ONLY_FLAGS } from "./task/dependencies.ts";
import {
  childFlags,
  deno,
  type Environment,
  fetched,
  leavingNothing,
  script,
  testArgs,
} from "./task/run.ts";

/** What takes long: chaos, soaks, waits. */
const SLOW_TESTS = "tests/slow";
/** What needs a browser. */
const BROWSER_TESTS = "tests/browser";

/** Tests wait for processes and timers about a third of the time: others use it meanwhile. */
const TEST_FILES_AT_ONCE = Math.ceil(navigator.hardwareConcurrency * 1.5);

/** Scripts of the same name that need nothing but the flags, and end by themselves. */
const SCRIPTS = ["bundle", "compile", "smoke", "bench", "mcpb", "npm", "sbom"];
/** Those that work on what ships, which is made first. */
const BUNDLED_SCRIPTS = ["soak", "conformance", "fuzz", "screenshots"];
/** To `test`: dist/molecule-mcp.js was made before, and stays as it is. */
const BUNDLED = "--bundled";

type Task = (flags: readonly string[]) => Promise<number>;

if (import.meta.main) {
  const [task = "", ...args] = Deno.args;
  Deno.exit(await runTask(task, args));
}

async function runTask(task: string, args: readonly string[]): Promise<number> {
  const tasks: Readonly<Record<string, Task>> = {
    ...eachOf(SCRIPTS, (name, flags) => leavingNothing((env) => script(name, flags, args, env))),
    ...eachOf(
      BUNDLED_SCRIPTS,
      (name, flags) =>
        leavingNothing(async (env) =>
          await script("bundle", flags, [], env) || await script(name, flags, args, env)
        ),
    ),
    start: (flags) => deno(["run", ...flags, ...permissionFlags(), "src/main.ts", ...args]),
    demo: async (flags) =>
      await fetched(flags, ["scripts/demo.ts", "src/main.ts"]) ||
      await leavingNothing((env) => script("demo", flags, args, env)),
    // The page is part of what is bundled.
    local: async (flags) =>
      await script("bundle", flags, []) ||
      await deno([
        "run",
        "--no-config",
        ...permissionFlags(),
        "dist/molecule-mcp.js",
        "local",
        ...args,
      ]),
    test: (flags) => test(flags, [`--ignore=${SLOW_TESTS},${BROWSER_TESTS}`, ...args]),
    "test:slow": (flags) => test(flags, [...args, SLOW_TESTS]),
    "test:browser": (flags) => test(flags, [...args, BROWSER_TESTS]),
    "bench:inbox": (flags) =>
      leavingNothing((env) =>
        deno(["run", ...flags, "-A", "scripts/bench/inbox.ts", ...args], {
          ...childFlags(flags),
          ...env,
        })
      ),
    // The foreign Deno has the npm-only packages, which this machine's Deno has to download first.
    "test:foreign": (flags) =>
      leavingNothing(async (env) =>
        await script("bundle", flags, [], env) ||
        await deno(["cache", "--quiet", ...NPM_ONLY_FLAGS, "scripts", "tests"], env) ||
        await script("foreign", flags, args, env)
      ),
    "bench:scale": (flags) => leavingNothing((env) => script("bench/scale", flags, args, env)),
    "bench:calls": (flags) => leavingNothing((env) => script("bench/calls", flags, args, env)),
    // Has its own temp directory, which it cleans up even when it is interrupted.
    mutate: (flags) => script("mutate", flags, args),
    check,
    generate: (flags) => script("generate", flags, []),
    lock: writeLockFiles,
  };
  const run = tasks[task];
  if (!run) {
    console.error(
      `Cannot run task ${JSON.stringify(task)}: expected one of ${
        Object.keys(tasks).sort().join(", ")
      }.`,
    );
    return 2;
  }
  const flags = await dependencyFlags();
  if (flags === undefined) return 1;
  return await run(flags);
}

/**
 * Runs tests. Those with whole processes run what ships: the bundle, made here (unless `--bundled`
 * says that it is there), or the executable that MOLECULE_TEST_PROGRAM names.
 */
function test(flags: readonly string[], args: readonly string[]): Promise<number> {
  return leavingNothing(async (temp: Environment) => {
    if (!args.includes(BUNDLED) && Deno.env.get("MOLECULE_TEST_PROGRAM") === undefined) {
      const code = await script("bundle", flags, [], temp);
      if (code !== 0) return code;
    }
    const jobs = Deno.env.get("DENO_JOBS") ?? String(TEST_FILES_AT_ONCE);
    return await deno(
      [...testArgs(flags), ...args.filter((arg) => arg !== BUNDLED)],
      { DENO_JOBS: jobs, ...childFlags(flags), ...temp },
    );
  });
}

function eachOf(
  names: readonly string[],
  run: (name: string, flags: readonly string[]) => Promise<number>,
): Record<string, Task> {
  return Object.fromEntries(names.map((name) => [name, (flags) => run(name, flags)]));
}
