/**
 * Measures start, memory and size of every form of the program, compared with an empty program and a
 * toy server of the SDK that are bundled and compiled in the same run.
 *
 * - start: from spawn to the answer to `initialize` (the empty program: to its first line)
 * - error: from spawn to the end with nothing set (the empty program: to its end)
 * - memory: the largest resident set up to the answer (Linux only)
 *
 * It prints medians. The forms take turns, so that a busy moment of the machine affects all of them.
 *
 * Usage: deno task bench [--runs=20]   (after deno task compile; it uses what is in dist/)
 *        deno task bench --profile     a CPU profile of the start instead (bench/profile.ts)
 *
 * @module
 */
import { cacheEnvironment, INITIALIZE, startServer } from "./bench/child.ts";
import { type Form, startForms } from "./bench/forms.ts";
import { peakMemoryMiB } from "./bench/memory.ts";
import { profileStart } from "./bench/profile.ts";
import { median } from "./bench/statistics.ts";
import { tableLines } from "./bench/table.ts";
import { projectRoot } from "./release/project.ts";
import { TempDir } from "./temp_dir.ts";

/** The most that a form may take, as a multiple of the empty program that is run in the same way. */
const TARGETS: Readonly<Record<string, Partial<Record<Quantity, number>>>> = {
  "executable": { start: 2.4, error: 1.25, memory: 1.3 },
  "bundle, deno run": { start: 3.2 },
};
type Quantity = "start" | "error" | "memory";
type Samples = Record<Quantity, number[]>;

if (import.meta.main) {
  const runs = Number(Deno.args.find((arg) => arg.startsWith("--runs="))?.slice(7) ?? 20);
  const denoFlags = Deno.args.filter((arg) => arg.startsWith("--deno=")).map((arg) => arg.slice(7));
  await using folder = await TempDir.make();
  if (Deno.args.includes("--profile")) await profileStart(folder, denoFlags);
  else {
    const forms = await startForms(folder.path, denoFlags);
    print(forms, await measure(forms, runs, folder.path));
  }
}

async function measure(
  forms: readonly Form[],
  runs: number,
  folder: string,
): Promise<ReadonlyMap<Form, Samples>> {
  const samples = new Map<Form, Samples>(
    forms.map((form) => [form, { start: [], error: [], memory: [] }]),
  );
  // The first rounds fill the disk cache and Deno's cache.
  for (let round = -2; round < runs; round++) {
    for (const [form, { start, error, memory }] of samples) {
      const started = await measureStart(form, folder);
      const errorMs = await measureError(form);
      if (round < 0) continue;
      start.push(started.ms);
      error.push(errorMs);
      if (started.peakMiB !== undefined) memory.push(started.peakMiB);
    }
  }
  return samples;
}

async function measureStart(form: Form, folder: string): Promise<{ ms: number; peakMiB?: number }> {
  const startedAt = performance.now();
  const child = startServer(form, folder);
  const input = child.stdin.getWriter();
  const output = child.stdout.getReader();
  await input.write(new TextEncoder().encode(INITIALIZE));
  const { done } = await output.read();
  const ms = performance.now() - startedAt;
  if (done) throw new Error(`${form.name} did not answer`);
  const peakMiB = await peakMemoryMiB(child.pid);
  await output.cancel();
  // The empty program may have ended before its input did.
  await input.close().catch(() => {});
  await child.status;
  return { ms, peakMiB };
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

function print(forms: readonly Form[], samples: ReadonlyMap<Form, Samples>): void {
  const lines = [["", "start", "error", "memory", "size"]];
  for (const form of forms) {
    lines.push([
      form.name,
      cell(form, "start", "ms"),
      // The toy needs no settings, so it has no error to print.
      form.name.startsWith("toy") ? "" : cell(form, "error", "ms"),
      cell(form, "memory", "MiB"),
      form.bytes === undefined ? "" : sizeOf(form.bytes),
    ]);
  }
  for (const [name, { start, error, memory }] of Object.entries(TARGETS)) {
    const most = [start, error, memory].map((factor) => factor ? `at most ${factor}x` : "");
    lines.push([`target, ${name}`, ...most, ""]);
  }
  for (const line of tableLines(lines)) console.log(line);

  function cell(form: Form, quantity: Quantity, unit: string): string {
    const value = median(samples.get(form)?.[quantity] ?? []);
    if (value === undefined) return "";
    const reference = form.reference && median(samples.get(form.reference)?.[quantity] ?? []);
    return `${value.toFixed(1)} ${unit}${reference ? ` (${(value / reference).toFixed(2)}x)` : ""}`;
  }
}

function sizeOf(bytes: number): string {
  return bytes < 2 ** 20
    ? `${(bytes / 2 ** 10).toFixed(0)} KiB`
    : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
