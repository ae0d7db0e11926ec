/** The folders whose tests run one module or a few: what the core's mutants are tried with. */
export const UNIT_FOLDERS = [
  "auth",
  "config",
  "inbox",
  "lib",
  "mcp",
  "platform",
  "presence",
  "safety",
  "tools",
];

/** By a module's path, such as `src/auth/token.ts`: the modules that it names. */
export type ModuleGraph = ReadonlyMap<string, readonly string[]>;

/** @param texts the modules of the tree by path */
export function moduleGraph(texts: ReadonlyMap<string, string>): ModuleGraph {
  return new Map([...texts].map(([path, text]) => [path, namedIn(text, path, texts)]));
}

/** From a test of another folder: what is further away shows little of a module, and takes long. */
const MAX_STEPS = 2;
/** Compares whole texts that an agent reads, from however far they come. */
const SNAPSHOTS_TEST = "tests/generated_test.ts";

/**
 * The tests that are to notice a change of the module, in the order in which to run them: those of its
 * folder that import it, those of its folder that reach it by what they import, and the near ones of
 * other folders.
 */
export function relatedTests(graph: ModuleGraph, module: string): string[][] {
  const near: string[] = [], far: string[] = [], elsewhere: string[] = [];
  for (const test of graph.keys()) {
    if (!isUnitTest(test)) continue;
    const steps = distance(graph, test, module);
    if (steps === undefined) continue;
    if (test.split("/")[1] === module.split("/")[1]) (steps === 1 ? near : far).push(test);
    else if (steps <= MAX_STEPS || test === SNAPSHOTS_TEST) elsewhere.push(test);
  }
  return [near, far, elsewhere].filter((tests) => tests.length > 0);
}

function isUnitTest(path: string): boolean {
  const [top, folder = ""] = path.split("/");
  return path === SNAPSHOTS_TEST ||
    (top === "tests" && UNIT_FOLDERS.includes(folder) && path.endsWith("_test.ts"));
}

/** How many imports lead from one to the other; undefined where none do. */
function distance(graph: ModuleGraph, from: string, to: string): number | undefined {
  const reached = new Set([from]);
  let edge = [from];
  for (let steps = 0; edge.length > 0; steps += 1) {
    if (edge.includes(to)) return steps;
    edge = edge.flatMap((path) => graph.get(path) ?? []).filter((path) => {
      const isNew = !reached.has(path);
      reached.add(path);
      return isNew;
    });
  }
  return undefined;
}

/**
 * Any text that is the path of a module counts: a program that a test starts is not an import. An
 * import of types alone leads nowhere: types do not run.
 */
function namedIn(text: string, path: string, texts: ReadonlyMap<string, string>): string[] {
  const running = text.replace(/^(?:import|export) type\b[^;]*;/gm, "");
  const named = [...running.matchAll(/["'`]([\w./-]+\.ts)["'`]/g)]
    .map(([, name = ""]) => new URL(name, `file:///${path}`).pathname.slice(1));
  return [...new Set(named)].filter((name) => name !== path && texts.has(name));
}
