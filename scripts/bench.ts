/**
 * Measures what a person waits for and what a machine pays, for every form of the program, beside an
 * empty program that was compiled in the same run.
 *
 * - start: from spawn to the reply to `initialize` (the empty program: to its first line)
 * - error: from spawn to the end with nothing set (the empty program: to its end)
 * - memory: the largest resident set up to the reply (Linux only)
 *
 * Medians; the forms take turns, so that a busy moment of the machine meets all of them.
 *
 * Usage: deno task bench [--runs=20]   (after deno task compile; it uses what is in dist/)
 *
 * @module
 */
import { fromFileUrl } from "@std/path";
import { permissionFlags } from "./permissions.ts";
import { distFiles } from "./release/files.ts";
import { distDir, projectRoot } from "./release/project.ts";
import { executableName, ownTarget } from "./release/targets.ts";
import { compileAsProgram } from "./bench/compile.ts";
import { peakMemoryMiB } from "./bench/memory.ts";
import { median } from "./bench/statistics.ts";
import { tableLines } from "./bench/table.ts";

/** The most that the executable may take, as a multiple of the empty program. */
const TARGETS = { start: 2.5, error: 1.5, memory: 1.4 } as const;
type Quantity = keyof typeof TARGETS;

const SERVER_ENV = {
  WORKSPACE_ID: "bench",
  // Nobody listens there: what is measured is the program, not a platform.
  PLATFORM_URL: "http://127.0.0.1:9",
  MOLECULE_WORKSPACE_TOKEN: "bench",
};

/** One form of the program. */
interface Form {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly bytes?: number;
}

type Samples = Record<Quantity, number[]>;

if (import.meta.main) {
  const runs = Number(Deno.args.find((arg) => arg.startsWith("--runs="))?.slice(7) ?? 20);
  const denoFlags = Deno.args.filter((arg) => arg.startsWith("--deno=")).map((arg) => arg.slice(7));
  const folder = await Deno.makeTempDir({ prefix: "molecule-bench-" });
  try {
    const forms = [...await emptyProgram(folder), ...await formsOf(denoFlags)];
    print(forms, await measure(forms, runs, folder));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What there is to measure: the executable and the bundle where they have been built. */
async function formsOf(denoFlags: readonly string[]): Promise<Form[]> {
  const own = ownTarget();
  const files = await distFiles();
  const forms: Form[] = [];
  for (const name of [own && executableName(own), "molecule-mcp.js"]) {
    if (name === undefined || !files.includes(name)) {
      console.log(`dist/${name ?? "executable"} is not there: not measured`);
      continue;
    }
    const path = fromFileUrl(new URL(name, distDir));
    const bytes = (await Deno.stat(path)).size;
    forms.push(
      name.endsWith(".js")
        ? {
          name: "bundle under deno",
          command: Deno.execPath(),
          args: ["run", "--no-config", ...permissionFlags(), path],
          bytes,
        }
        : { name: "executable", command: path, args: [], bytes },
    );
  }
  forms.push({
    name: "source under deno",
    command: Deno.execPath(),
    args: ["run", ...denoFlags, ...permissionFlags(), "src/main.ts"],
  });
  return forms;
}

/** A program that answers its first line, compiled as the executable is. */
async function emptyProgram(folder: string): Promise<Form[]> {
  const source = `${folder}/empty.js`;
  await Deno.writeTextFile(
    source,
    `if (await Deno.stdin.read(new Uint8Array(1)) !== null) {
      await Deno.stdout.write(new TextEncoder().encode("{}\\n"));
    }`,
  );
  const command = await compileAsProgram(source, `${folder}/empty`);
  if (command !== undefined) {
    return [{ name: "empty program", command, args: [], bytes: (await Deno.stat(command)).size }];
  }
  console.log("The empty program cannot be compiled here (see deno task compile): no ratios");
  return [];
}

async function measure(
  forms: readonly Form[],
  runs: number,
  folder: string,
): Promise<ReadonlyMap<Form, Samples>> {
  const samples = new Map(forms.map((form) => [form, { start: [], error: [], memory: [] }])) as Map<
    Form,
    Samples
  >;
  for (let round = -1; round < runs; round++) {
    for (const [form, { start, error, memory }] of samples) {
      const started = await measureStart(form, folder);
      const errorMs = await measureError(form);
      if (round < 0) continue; // The first round fills the disk cache and Deno's own.
      start.push(started.ms);
      error.push(errorMs);
      if (started.peakMiB !== undefined) memory.push(started.peakMiB);
    }
  }
  return samples;
}

async function measureStart(form: Form, folder: string): Promise<{ ms: number; peakMiB?: number }> {
  const startedAt = performance.now();
  const child = new Deno.Command(form.command, {
    args: [...form.args],
    clearEnv: true,
    env: { ...cacheEnvironment(), ...SERVER_ENV, CONFIGS_DIR: folder },
    cwd: projectRoot,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const input = child.stdin.getWriter();
  const output = child.stdout.getReader();
  const initialize = {
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "bench", version: "1" },
    },
  };
  await input.write(new TextEncoder().encode(`${JSON.stringify(initialize)}\n`));
  const { done } = await output.read();
  const ms = performance.now() - startedAt;
  if (done) throw new Error(`${form.name} did not answer`);
  const peakMiB = await peakMemoryMiB(child.pid);
  await output.cancel();
  // The empty program may have ended before its input did.
  await input.close().catch(() => {});
  await child.status;
  return { ms, ...(peakMiB !== undefined && { peakMiB }) };
}

async function measureError(form: Form): Promise<number> {
  const startedAt = performance.now();
  await new Deno.Command(form.command, {
    args: [...form.args],
    clearEnv: true,
    env: cacheEnvironment(),
    cwd: projectRoot,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  return performance.now() - startedAt;
}

/** Where the deno that runs source finds what it has compiled before. */
function cacheEnvironment(): Record<string, string> {
  const names = ["DENO_DIR", "HOME", "LOCALAPPDATA", "SystemRoot"];
  return Object.fromEntries(names.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
}

function print(forms: readonly Form[], samples: ReadonlyMap<Form, Samples>): void {
  const empty = forms.find(({ name }) => name === "empty program");
  const lines = [["", "start", "error", "memory", "size"]];
  for (const form of forms) {
    lines.push([
      form.name,
      cell(form, "start", "ms"),
      cell(form, "error", "ms"),
      cell(form, "memory", "MiB"),
      form.bytes === undefined ? "" : `${(form.bytes / 1024 / 1024).toFixed(1)} MiB`,
    ]);
  }
  lines.push(["target", ...Object.values(TARGETS).map((factor) => `at most ${factor}x`), ""]);
  for (const line of tableLines(lines)) console.log(line);

  function cell(form: Form, quantity: Quantity, unit: string): string {
    const value = median(samples.get(form)?.[quantity] ?? []);
    if (value === undefined) return "";
    const reference = empty && median(samples.get(empty)?.[quantity] ?? []);
    const ratio = reference && form !== empty ? ` (${(value / reference).toFixed(2)}x)` : "";
    return `${value.toFixed(1)} ${unit}${ratio}`;
  }
}
