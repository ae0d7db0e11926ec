/** Starts the commands that a task consists of, in the project's folder. */

/** Environment variables to add to those of this process. */
export type Environment = Readonly<Record<string, string>>;

/** When everything is there, it takes less. */
const FETCH_NOTE_MS = 1_000;

const root = new URL("../../", import.meta.url);

/** @returns the exit code of `deno` with these arguments */
export async function deno(args: readonly string[], env: Environment = {}): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: { ...env },
    cwd: root,
    stdin: "inherit",
  }).spawn();
  return (await child.status).code;
}

/** Runs a script of scripts/, which is also told the flags, for any `deno` that it starts itself. */
export function script(
  name: string,
  flags: readonly string[],
  args: readonly string[],
  env: Environment = {},
): Promise<number> {
  const passedOn = flags.map((flag) => `--deno=${flag}`);
  return deno(["run", ...flags, "-A", `scripts/${name}.ts`, ...passedOn, ...args], env);
}

/**
 * Downloads what the modules import, before a person is to read something: Deno's progress bar takes
 * away lines that were printed while it is there.
 *
 * @returns the exit code
 */
export async function fetched(
  flags: readonly string[],
  modules: readonly string[],
): Promise<number> {
  const note = setTimeout(
    () => console.error("Fetching the dependencies; that takes a moment, the first time only."),
    FETCH_NOTE_MS,
  );
  try {
    return await deno(["cache", "--quiet", ...flags, ...modules]);
  } finally {
    clearTimeout(note);
  }
}

/** The arguments of a run of tests that may leave no operation and no resource behind. */
export function testArgs(flags: readonly string[]): string[] {
  // Off by default since Deno 2.9.
  return ["test", ...flags, "-A", "--parallel", "--sanitize-ops", "--sanitize-resources"];
}

/** For what starts the program from source: its children need the same flags. */
export function childFlags(flags: readonly string[]): Environment {
  return { MOLECULE_TEST_DENO_FLAGS: flags.join(" ") };
}

/**
 * Runs something with its own temp directory, and fails when anything is left there.
 *
 * @param run is given the variables that name the directory
 */
export async function leavingNothing(run: (temp: Environment) => Promise<number>): Promise<number> {
  const temp = await Deno.makeTempDir({ prefix: "molecule-task-" });
  // Some tests act as another user.
  if (Deno.build.os !== "windows") await Deno.chmod(temp, 0o755);
  // Ctrl-C reaches the children as well: they end, and then the directory goes.
  const onInterrupt = () => {};
  Deno.addSignalListener("SIGINT", onInterrupt);
  try {
    const code = await run({ TMPDIR: temp, TEMP: temp, TMP: temp });
    const left = [...Deno.readDirSync(temp)].map(({ name }) => name);
    if (left.length === 0) return code;
    console.error(`Left behind in the temp directory: ${left.sort().join(", ")}`);
    return code || 1;
  } finally {
    Deno.removeSignalListener("SIGINT", onInterrupt);
    await Deno.remove(temp, { recursive: true });
  }
}
