/**
 * Runs a task of deno.json with the dependencies that this network can reach.
 *
 * The packages of deno.json come from JSR and npm. Where JSR does not answer within a few seconds
 * (common behind company proxies) the task runs with `npm_only/`: an import map with thin adapters
 * for the JSR packages and a frozen lock file of its own. A release build never does
 * (`MOLECULE_DEPS=jsr` makes sure, `MOLECULE_DEPS=npm` forces the other way).
 *
 * Usage: deno run -A scripts/task.ts TASK [arguments]   (the tasks of deno.json)
 *
 * @module
 */
import { permissionFlags } from "./permissions.ts";
import { certificateAdvice, reach } from "./reach.ts";

const PROBE_TIMEOUT_MS = 4_000;

const root = new URL("../", import.meta.url);
/** What `deno` sub-commands get when only npm is reachable. */
const NPM_ONLY_FLAGS = [
  "--import-map=scripts/npm_only/import_map.json",
  "--lock=scripts/npm_only/deno.lock",
  "--frozen",
];

/** What tools that are none of the program's dependencies get: a lock file of their own. */
const TOOL_FLAGS = ["--quiet", "--no-config", "--lock=scripts/tools/deno.lock", "--frozen"];

/** What takes long: chaos, soaks, waits. */
const SLOW_TESTS = "tests/slow";

/** A test must not leave an operation or a resource behind; off by default since Deno 2.9. */
const SANITIZERS = ["--sanitize-ops", "--sanitize-resources"];

if (import.meta.main) {
  const [task = "", ...args] = Deno.args;
  Deno.exit(await runTask(task, args));
}

async function runTask(task: string, args: string[]): Promise<number> {
  const tasks: Record<string, (flags: string[]) => Promise<number>> = {
    start: (flags) => deno(["run", ...flags, ...permissionFlags(), "src/main.ts", ...args]),
    demo: (flags) => script("demo", flags, args),
    local: (flags) => deno(["run", ...flags, "-A", "src/local/main.ts", ...args]),
    test: (flags) => test(flags, [`--ignore=${SLOW_TESTS}`, ...args]),
    "test:slow": (flags) => test(flags, [...args, SLOW_TESTS]),
    bundle: (flags) => script("bundle", flags, args),
    compile: (flags) => script("compile", flags, args),
    smoke: (flags) => script("smoke", flags, args),
    soak: (flags) => bundled("soak", flags, args),
    conformance: (flags) => bundled("conformance", flags, args),
    fuzz: (flags) => bundled("fuzz", flags, args),
    bench: (flags) => script("bench", flags, args),
    "bench:inbox": (flags) =>
      deno(["run", ...flags, "-A", "scripts/bench/inbox.ts", ...args], childFlags(flags)),
    "bench:calls": (flags) => script("bench/calls", flags, args),
    readme: (flags) => deno(["run", ...flags, "-A", "scripts/readme.ts"]),
    mcpb: (flags) => script("mcpb", flags, args),
    npm: (flags) => script("npm", flags, args),
    sbom: (flags) => script("sbom", flags, args),
    check: (flags) => check(flags),
  };
  const run = tasks[task];
  if (!run) {
    console.error(
      `Cannot run task ${JSON.stringify(task)}: expected one of ${Object.keys(tasks).join(", ")}.`,
    );
    return 2;
  }
  const flags = await dependencyFlags();
  if (flags === undefined) return 1;
  return await run(flags);
}

/**
 * Runs tests. Those with whole processes run what ships: the bundle, made here, or the executable
 * that MOLECULE_TEST_PROGRAM names. A test that leaves anything in the temp directory fails the run.
 */
async function test(flags: readonly string[], args: readonly string[]): Promise<number> {
  if (Deno.env.get("MOLECULE_TEST_PROGRAM") === undefined) {
    const code = await script("bundle", flags, []);
    if (code !== 0) return code;
  }
  const temp = await Deno.makeTempDir({ prefix: "molecule-test-" });
  // Some tests act as another user.
  if (Deno.build.os !== "windows") await Deno.chmod(temp, 0o755);
  try {
    const code = await deno(
      ["test", ...flags, "-A", "--parallel", ...SANITIZERS, ...args],
      { ...childFlags(flags), TMPDIR: temp, TEMP: temp, TMP: temp },
    );
    const left = [...Deno.readDirSync(temp)].map(({ name }) => name);
    if (left.length === 0) return code;
    console.error(`The tests left behind in the temp directory: ${left.sort().join(", ")}`);
    return code || 1;
  } finally {
    await Deno.remove(temp, { recursive: true });
  }
}

/** For what starts the program from source: its children need the same flags. */
function childFlags(flags: readonly string[]): Record<string, string> {
  return { MOLECULE_TEST_DENO_FLAGS: flags.join(" ") };
}

/** Format, lint, types and the workflows: one gate, all of it even when a part fails. */
async function check(flags: string[]): Promise<number> {
  const codes = [
    await deno(["fmt", "--check"]),
    await deno(["lint"]),
    await deno(["check", ...flags, "src", "tests", ...checkedScripts(flags)]),
    await deno(["run", ...TOOL_FLAGS, "-A", "scripts/check_workflows.ts"]),
  ];
  return codes.find((code) => code !== 0) ?? 0;
}

/** The adapters import what only their own import map knows. */
function checkedScripts(flags: readonly string[]): string[] {
  return [...Deno.readDirSync(new URL("scripts/", root))].map(({ name }) => name)
    .filter((name) => /\.ts$|^[a-z_]+$/.test(name) && (flags.length > 0 || name !== "npm_only"))
    .map((name) => `scripts/${name}`);
}

/** Runs a script of this folder; it gets the flags too, for a `deno` that it starts itself. */
function script(name: string, flags: readonly string[], args: readonly string[]): Promise<number> {
  const passedOn = flags.map((flag) => `--deno=${flag}`);
  return deno(["run", ...flags, "-A", `scripts/${name}.ts`, ...passedOn, ...args]);
}

/** Runs a script that works on what ships, which is made first. */
async function bundled(
  name: string,
  flags: readonly string[],
  args: readonly string[],
): Promise<number> {
  return await script("bundle", flags, []) || await script(name, flags, args);
}

/** @returns undefined when nothing can be downloaded, which was told */
async function dependencyFlags(): Promise<string[] | undefined> {
  const choice = Deno.env.get("MOLECULE_DEPS");
  if (choice === "jsr") return [];
  if (choice === "npm") return NPM_ONLY_FLAGS;
  const jsr = Deno.env.get("JSR_URL") ?? "https://jsr.io";
  const npm = Deno.env.get("NPM_CONFIG_REGISTRY") ?? "https://registry.npmjs.org";
  const [ofJsr, ofNpm] = await Promise.all([
    reach(new URL("/@std/path/meta.json", jsr), PROBE_TIMEOUT_MS),
    reach(new URL(npm), PROBE_TIMEOUT_MS),
  ]);
  if (ofJsr === "answers") return [];
  if (ofNpm === "certificate not trusted") {
    console.error(certificateAdvice(npm));
    return undefined;
  }
  console.error("JSR does not answer: using the npm-only dependencies of scripts/npm_only/.");
  return NPM_ONLY_FLAGS;
}

async function deno(args: string[], env: Record<string, string> = {}): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), { args, env, cwd: root, stdin: "inherit" })
    .spawn();
  return (await child.status).code;
}
