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
 * A mutant that hangs is killed. Some that survive are no fault of the tests: what they change cannot
 * be seen from outside. The score counts them all the same.
 *
 * @module
 */
import { mutated, type Mutation } from "./mutate/mutations.ts";
import { moduleGraph, relatedTests, UNIT_FOLDERS } from "./mutate/related_tests.ts";
import { sample } from "./mutate/sample.ts";
import { Workshop } from "./mutate/workshop.ts";

/** Beside what the tests take without a mutant, five times over. */
const TIMEOUT_MS = 20_000;
/** For one file of tests without a mutant. */
const BASELINE_TIMEOUT_MS = 120_000;
const WHOLE_TIMEOUT_MS = 600_000;

/** How long each file of tests takes, of those that pass without a mutant. */
type Baseline = ReadonlyMap<string, number>;

interface Mutant {
  readonly path: string;
  readonly line: number;
  readonly text: string;
  readonly mutation: Mutation;
}

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
  for (const path of tree.filter((path) => /^(src|tests)\/.*\.ts$/.test(path))) {
    texts.set(path, await Deno.readTextFile(path));
  }
  const all = await mutantsOf(texts, options.only);
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
    const survivors = await survivorsOf(mutants, texts, tree, temp, options, stop.signal);
    return verdict(mutants.length, survivors, options.threshold);
  } catch (error) {
    if (stop.signal.aborted) return 130;
    throw error;
  } finally {
    await Deno.remove(temp, { recursive: true });
  }
}

async function survivorsOf(
  mutants: readonly Mutant[],
  texts: ReadonlyMap<string, string>,
  tree: readonly string[],
  temp: string,
  { jobs, flags, whole }: Options,
  signal: AbortSignal,
): Promise<Mutant[]> {
  const graph = moduleGraph(texts);
  const stages = new Map(mutants.map(({ path }) => [path, relatedTests(graph, path)]));
  const workshops = await Promise.all(
    Array.from({ length: jobs }, (_, at) => Workshop.create(`${temp}/${at}`, tree, flags, signal)),
  );
  const baseline = await baselineOf(workshops, new Set([...stages.values()].flat(2)));
  const survivors: Mutant[] = [];
  await forEach(mutants, workshops, async (mutant, workshop) => {
    const { path, text, mutation } = mutant;
    await workshop.change(path, mutated(text, mutation));
    let killed = await isKilled(workshop, stages.get(path) ?? [], baseline);
    if (!killed && whole) killed = !await workshop.passWhole(WHOLE_TIMEOUT_MS);
    await workshop.change(path, text);
    if (!killed) survivors.push(mutant);
    console.log(`${killed ? "killed  " : "SURVIVED"} ${described(mutant)}`);
  });
  return survivors;
}

/** A test that fails without a mutant says nothing about one. */
async function baselineOf(
  workshops: readonly Workshop[],
  tests: Iterable<string>,
): Promise<Baseline> {
  const baseline = new Map<string, number>();
  await forEach(tests, workshops, async (test, workshop) => {
    const startedMs = performance.now();
    if (await workshop.pass([test], BASELINE_TIMEOUT_MS)) {
      baseline.set(test, performance.now() - startedMs);
    } else console.log(`left out, as it fails without a mutant: ${test}`);
  });
  return baseline;
}

async function isKilled(
  workshop: Workshop,
  stages: readonly string[][],
  baseline: Baseline,
): Promise<boolean> {
  const timeMs = (test: string) => baseline.get(test) ?? 0;
  for (const stage of stages) {
    const tests = stage.filter((test) => baseline.has(test)).sort((a, b) => timeMs(a) - timeMs(b));
    if (tests.length === 0) continue;
    const expectedMs = tests.reduce((sum, test) => sum + timeMs(test), 0);
    if (!await workshop.pass(tests, TIMEOUT_MS + 5 * expectedMs)) return true;
  }
  return false;
}

/** Each of the workshops takes the next one that waits. */
async function forEach<T>(
  items: Iterable<T>,
  workshops: readonly Workshop[],
  work: (item: T, workshop: Workshop) => Promise<void>,
): Promise<void> {
  const waiting = [...items].values();
  await Promise.all(workshops.map(async (workshop) => {
    for (const item of waiting) await work(item, workshop);
  }));
}

function verdict(count: number, survivors: readonly Mutant[], threshold: number): number {
  if (survivors.length > 0) console.log("\nSurvived:");
  for (const mutant of survivors) console.log(described(mutant));
  const score = count === 0 ? 100 : (count - survivors.length) / count * 100;
  console.log(`\n${count - survivors.length} of ${count} killed: ${score.toFixed(1)} %`);
  return score < threshold ? 1 : 0;
}

async function mutantsOf(
  texts: ReadonlyMap<string, string>,
  only: readonly string[],
): Promise<Mutant[]> {
  const isCore = (path: string) => {
    const [top, folder = ""] = path.split("/");
    return top === "src" && UNIT_FOLDERS.includes(folder);
  };
  const places = only.map((place) => place.split(":"));
  const paths = [...texts.keys()].filter(isCore).filter((path) =>
    places.length === 0 || places.some(([place]) => `${path}/`.startsWith(`${place}/`))
  );
  const chosen = (path: string, line: number) =>
    places.length === 0 ||
    places.some(([place, number]) =>
      `${path}/`.startsWith(`${place}/`) && (number === undefined || Number(number) === line)
    );
  const sources = paths.map((path) => texts.get(path) ?? "");
  const found = await mutationsOf(sources);
  return paths.flatMap((path, at) => {
    const text = sources[at] ?? "";
    return (found[at] ?? []).map((mutation) => {
      const line = text.slice(0, mutation.start).split("\n").length;
      return { path, line, text, mutation };
    });
  }).filter(({ path, line }) => chosen(path, line));
}

/** The parser is a tool with a lock file of its own, so it runs in a process of its own. */
async function mutationsOf(sources: readonly string[]): Promise<Mutation[][]> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-config", "--lock=scripts/tools/deno.lock", "--frozen"],
      "scripts/mutate/find.ts",
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(sources)));
  await writer.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error("Cannot mutate: scripts/mutate/find.ts failed; it says why above");
  return JSON.parse(new TextDecoder().decode(stdout));
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

function described({ path, line, text, mutation: { start, end, replacement } }: Mutant): string {
  const short = (snippet: string) => {
    const flat = snippet.replace(/\s+/g, " ");
    return `\`${flat.length > 60 ? `${flat.slice(0, 57)}...` : flat}\``;
  };
  return `${path}:${line} ${short(text.slice(start, end))} -> ${short(replacement)}`;
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
    count: number("count", 150),
    seed: number("seed", Date.now() % 1_000_000),
    only: option("only")?.split(",").map((place) => place.replace(/\/$/, "")) ?? [],
    list: args.includes("--list"),
    whole: args.includes("--whole"),
    threshold: number("threshold", 0, 100),
    jobs: number("jobs", 2, 2),
    flags: args.filter((arg) => arg.startsWith("--deno=")).map((arg) =>
      arg.slice("--deno=".length)
    ),
  };
}
