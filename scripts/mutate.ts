/**
 * Changes one place of the core at a time and looks whether a test notices: what none notices is
 * tested by none.
 *
 * Usage: deno task mutate [--count=150] [--seed=N] [--only=src/inbox,src/auth/token.ts:12] [--list]
 *   [--whole] [--threshold=90] [--jobs=2]
 *
 * - only: folders, files, or lines of files
 * - list: prints the mutants of the sample and runs nothing
 * - whole: tries what survives with the whole-process tests too (a minute or more for each)
 * - threshold: exit code 1 when less than this many per cent are killed
 *
 * A mutant that hangs is killed. Some survivors are not the tests' fault: what they change cannot
 * be seen from outside. The score counts them anyway.
 *
 * @module
 */
import { described, type Mutant, mutantsOf } from "./mutate/mutants.ts";
import { sample } from "./mutate/sample.ts";
import { survivorsOf } from "./mutate/trials.ts";

interface Options {
  readonly count: number;
  readonly seed: number;
  readonly only: readonly string[];
  readonly list: boolean;
  readonly whole: boolean;
  readonly threshold: number;
  readonly jobs: number;
  readonly flags: readonly string[];
}

if (import.meta.main) Deno.exit(await main(optionsOf(Deno.args)));

async function main(options: Options): Promise<number> {
  const tree = await treePaths();
  const texts = new Map<string, string>();
  for (const path of tree.filter((path) => /^(src|tests|scripts)\/.*\.ts$/.test(path))) {
    texts.set(path, await Deno.readTextFile(path));
  }
  const all = await mutantsOf(texts, options.only);
  if (all.length === 0) {
    console.error(`Cannot mutate: expected modules of the core for --only, got ${options.only}`);
    return 2;
  }
  const mutants = sample(all, options.count, options.seed);
  console.log(`${mutants.length} of ${all.length} mutants, seed ${options.seed}`);
  if (options.list) {
    for (const mutant of mutants) console.log(described(mutant));
    return 0;
  }
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => stop.abort());
  }
  const temp = await Deno.makeTempDir({ prefix: "molecule-mutate-" });
  // Some tests act as another user.
  if (Deno.build.os !== "windows") await Deno.chmod(temp, 0o755);
  try {
    const survivors = await survivorsOf(mutants, {
      ...options,
      texts,
      tree,
      temp,
      signal: stop.signal,
    });
    return verdict(mutants.length, survivors, options.threshold);
  } catch (error) {
    if (stop.signal.aborted) return 130;
    throw error;
  } finally {
    await Deno.remove(temp, { recursive: true });
  }
}

function verdict(count: number, survivors: readonly Mutant[], threshold: number): number {
  if (survivors.length > 0) console.log("\nSurvived:");
  for (const mutant of survivors) console.log(described(mutant));
  const score = (count - survivors.length) / count * 100;
  console.log(`\n${count - survivors.length} of ${count} killed: ${score.toFixed(1)} %`);
  return score < threshold ? 1 : 0;
}

/** What Git knows of, and what it will: all but the ignored. */
async function treePaths(): Promise<string[]> {
  const { success, stdout } = await new Deno.Command("git", {
    args: ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"],
    stderr: "inherit",
  }).output();
  if (!success) throw new Error("Cannot mutate: expected a Git working tree");
  const paths = new TextDecoder().decode(stdout).split("\0").filter((path) => path !== "");
  const kinds = await Promise.all(paths.map((path) => Deno.lstat(path).catch(() => undefined)));
  return paths.filter((_, at) => kinds[at]?.isFile);
}

function optionsOf(args: readonly string[]): Options {
  const option = (name: string) =>
    args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const number = (name: string, fallback: number, most = Infinity) => {
    const value = Number(option(name) ?? fallback);
    if (value >= 0 && value <= most) return value;
    throw new TypeError(`Cannot mutate: expected a number for --${name}, got ${option(name)}`);
  };
  return {
    count: Math.max(1, number("count", 150)),
    seed: number("seed", Date.now() % 1_000_000),
    only: option("only")?.split(",").map((place) => place.replace(/\/$/, "")) ?? [],
    list: args.includes("--list"),
    whole: args.includes("--whole"),
    threshold: number("threshold", 0, 100),
    jobs: Math.max(1, number("jobs", 2, 2)),
    flags: args.filter((arg) => arg.startsWith("--deno=")).map((arg) =>
      arg.slice("--deno=".length)
    ),
  };
}
