import { mutated } from "./mutations.ts";
import { described, type Mutant } from "./mutants.ts";
import { moduleGraph, relatedTests } from "./related_tests.ts";
import { Workshop } from "./workshop.ts";

/** Beside what the tests take without a mutant, five times over. */
const TIMEOUT_MS = 20_000;
/** For one file of tests without a mutant. */
const BASELINE_TIMEOUT_MS = 120_000;
const WHOLE_TIMEOUT_MS = 600_000;

/** How long each file of tests takes, of those that pass without a mutant. */
type Baseline = ReadonlyMap<string, number>;

/** What the trials need apart from the mutants. */
export interface TrialOptions {
  /** The modules of the tree by path. */
  readonly texts: ReadonlyMap<string, string>;
  /** Its files. */
  readonly tree: readonly string[];
  /** For the copies of it; the caller removes it. */
  readonly temp: string;
  readonly jobs: number;
  /** How `deno` finds the dependencies. */
  readonly flags: readonly string[];
  /** Whether what survives is tried with the whole-process tests too. */
  readonly whole: boolean;
  /** Ends what runs. */
  readonly signal: AbortSignal;
}

/** The mutants that no test notices. Each one is reported when it was tried. */
export async function survivorsOf(
  mutants: readonly Mutant[],
  { texts, tree, temp, jobs, flags, whole, signal }: TrialOptions,
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
  const ends = await Promise.allSettled(workshops.map(async (workshop) => {
    for (const item of waiting) await work(item, workshop);
  }));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}
