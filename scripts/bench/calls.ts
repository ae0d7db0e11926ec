/**
 * What a tool call costs: `list_peers` of the program, compared with the same tool of a toy server of
 * the SDK (`toy_server.ts`), which is bundled and compiled the same way. Both use real stdio and fetch
 * the same list from the same local platform, which runs in a separate process. They take turns, so
 * that a busy moment of the machine affects both.
 *
 * - calls/s: median of the rounds
 * - p50, p99: of the time from a call to its answer, all rounds together
 * - 5,000 at once: how many get a result, how many a clear refusal, and the largest resident set
 *
 * Usage: deno task bench:calls [--rounds=10] [--form=executable|bundle] [--program=PATH]
 * (after deno task compile; it uses what is in dist/)
 *
 * @module
 */
import { fromFileUrl } from "@std/path";
import { decodeJson, field } from "../../src/lib/json.ts";
import { childEnvironment } from "../child_environment.ts";
import { permissionFlags } from "../permissions.ts";
import { distFiles } from "../release/files.ts";
import { distDir, projectRoot } from "../release/project.ts";
import { executableName, ownTarget } from "../release/targets.ts";
import { cacheEnvironment } from "./child.ts";
import { compileAsProgram } from "./compile.ts";
import { peakMemoryMiB } from "./memory.ts";
import { median, percentile } from "./statistics.ts";
import { StdioCaller, type StdioServer } from "./stdio_caller.ts";
import { tableLines } from "./table.ts";
import { bundleToy } from "./toy.ts";
import { TempDir } from "../temp_dir.ts";

const TOOL = "list_peers";
const TARGETS = { rate: 1, p99: 1.2 };
const BURST = 5_000;
/** Calls in flight, and calls of one round: enough for a p99 of ten rounds. */
const LOADS = [[1, 300], [16, 1_000], [64, 1_500]] as const;

interface Form {
  readonly name: "molecule-mcp" | "toy";
  readonly command: string;
  readonly args: readonly string[];
}

interface Samples {
  readonly rates: number[];
  readonly latenciesMs: number[];
}

/** A local platform in a separate process. */
interface Platform {
  readonly settings: Readonly<Record<string, string>>;
  readonly peerId: string;
  end(): Promise<void>;
}

if (import.meta.main) {
  const rounds = Number(option("rounds") ?? 10);
  await using folder = await TempDir.make();
  await main(folder.path, rounds);
}

async function main(folder: string, rounds: number): Promise<void> {
  const forms = await formsIn(folder);
  const platform = await startPlatform();
  try {
    const callers = new Map<Form, StdioCaller>();
    for (const form of forms) {
      callers.set(form, await StdioCaller.start(serverOf(form, platform, folder)));
    }
    const rows = [["in flight", "", "calls/s", "", "p50", "", "p99", ""]];
    for (const [inFlight, count] of LOADS) {
      const samples = await measure(callers, { rounds, inFlight, count, peerId: platform.peerId });
      rows.push(...rowsOf(inFlight, samples));
    }
    rows.push(["target", "", "", `${TARGETS.rate}x`, "", "", "", `${TARGETS.p99}x`]);
    for (const line of tableLines(rows)) console.log(line);
    for (const caller of callers.values()) await caller.end();
    for (const form of forms) console.log(await burstLine(form, platform, folder));
  } finally {
    await platform.end();
  }
}

async function measure(
  callers: ReadonlyMap<Form, StdioCaller>,
  { rounds, inFlight, count, peerId }: {
    rounds: number;
    inFlight: number;
    count: number;
    peerId: string;
  },
): Promise<ReadonlyMap<Form, Samples>> {
  const samples = new Map<Form, Samples>(
    [...callers.keys()].map((form) => [form, { rates: [], latenciesMs: [] }]),
  );
  for (let round = -1; round < rounds; round++) {
    // Each goes first equally often.
    const turns = round % 2 === 0 ? [...callers] : [...callers].reverse();
    for (const [form, caller] of turns) {
      const { tookMs, latenciesMs } = await caller.round(TOOL, count, inFlight, peerId);
      if (round < 0) continue; // V8 compiles what is hot, the sockets are opened.
      samples.get(form)?.rates.push(count / tookMs * 1000);
      for (const latencyMs of latenciesMs) samples.get(form)?.latenciesMs.push(latencyMs);
    }
  }
  return samples;
}

function rowsOf(inFlight: number, samples: ReadonlyMap<Form, Samples>): string[][] {
  const figures = [...samples].map(([{ name }, { rates, latenciesMs }]) => ({
    name,
    rate: median(rates) ?? NaN,
    p50: percentile(latenciesMs, 0.5) ?? NaN,
    p99: percentile(latenciesMs, 0.99) ?? NaN,
  }));
  const toy = figures.find(({ name }) => name === "toy");
  return figures.map((figure) => {
    const { name, rate, p50, p99 } = figure;
    const beside = (value: number, reference = NaN) =>
      figure === toy ? "" : `${(value / reference).toFixed(2)}x`;
    return [
      String(inFlight),
      name,
      rate.toFixed(0),
      beside(rate, toy?.rate),
      `${p50.toFixed(2)} ms`,
      beside(p50, toy?.p50),
      `${p99.toFixed(2)} ms`,
      beside(p99, toy?.p99),
    ];
  });
}

/** A separate process: the peak is for this alone. */
async function burstLine(form: Form, platform: Platform, folder: string): Promise<string> {
  const caller = await StdioCaller.start(serverOf(form, platform, folder));
  const { tookMs, results, errors } = await caller.burst(TOOL, BURST);
  const peak = await peakMemoryMiB(caller.pid);
  await caller.end();
  const told = [...errors].map(([text, count]) => `${count} times "${text}"`);
  return `${form.name}, ${BURST} at once: ${results} results in ${tookMs.toFixed(0)} ms` +
    (peak === undefined ? "" : `, at most ${peak.toFixed(0)} MiB`) +
    (told.length === 0 ? "" : `; ${told.join("; ")}`);
}

function serverOf(form: Form, { settings }: Platform, folder: string): StdioServer {
  const dirs = { CONFIGS_DIR: folder, WORKSPACE_CONFIG_PATH: folder };
  return { ...form, env: { ...cacheEnvironment(), ...settings, ...dirs } };
}

/** The toy and the program, both compiled, or both as a bundle where nothing is compiled. */
async function formsIn(folder: string): Promise<Form[]> {
  const own = ownTarget();
  const executable = own && executableName(own);
  const toyBundle = await bundleToy(folder, dependencyFlags());
  const wanted = option("form");
  if (executable && wanted !== "bundle" && (await distFiles()).includes(executable)) {
    const toy = await compileAsProgram(toyBundle, `${folder}/toy`);
    if (toy !== undefined) {
      const command = option("program") ?? fromFileUrl(new URL(executable, distDir));
      console.log("Both as executables");
      return [{ name: "molecule-mcp", command, args: [] }, { name: "toy", command: toy, args: [] }];
    }
  }
  if (wanted === "executable") throw new Error("No executable: run deno task compile first");
  console.log("Both as bundles under deno");
  const bundle = option("program") ?? fromFileUrl(new URL("molecule-mcp.js", distDir));
  return [runUnderDeno("molecule-mcp", bundle), runUnderDeno("toy", toyBundle)];
}

function runUnderDeno(name: Form["name"], path: string): Form {
  const args = ["run", "--quiet", "--no-config", ...permissionFlags(), path];
  return { name, command: Deno.execPath(), args };
}

async function startPlatform(): Promise<Platform> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...dependencyFlags(), "-A", "scripts/bench/platform.ts"],
    cwd: projectRoot,
    env: childEnvironment(),
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const output = child.stdout.getReader();
  const { value } = await output.read();
  const said = decodeJson(new TextDecoder().decode(value));
  const peerIds = field(said, "peerIds");
  const settings = field(said, "settings");
  if (!Array.isArray(peerIds) || settings === undefined) throw new Error("No platform");
  return {
    settings: settings as Record<string, string>,
    peerId: String(peerIds.at(-1)),
    end: async () => {
      await child.stdin.close();
      await output.cancel();
      await child.status;
    },
  };
}

/** What this script was started with, for the deno that it starts itself (see scripts/task.ts). */
function dependencyFlags(): string[] {
  return Deno.args.filter((arg) => arg.startsWith("--deno=")).map((arg) => arg.slice(7));
}

function option(name: string): string | undefined {
  const prefix = `--${name}=`;
  return Deno.args.find((arg) => arg.startsWith(prefix))?.slice(prefix.length);
}
