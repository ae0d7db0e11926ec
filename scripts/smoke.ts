/**
 * Runs every form of the program in dist/ as a new user would, and says what works.
 *
 * That is the executable for this system, and the bundle under `deno run` with the documented flags.
 * Executables for other systems are listed as not run. It fails closed: what should be there but is
 * missing, or cannot be started, is a failure.
 *
 * Usage: deno task smoke [--expect-targets] [--expect-own=TRIPLE]
 *
 * - `--expect-targets`: every target has to be in dist/
 * - `--expect-own=TRIPLE`: this machine has to be that one, so that its executable is really run
 *
 * @module
 */
import { fromFileUrl } from "@std/path";
import { permissionFlags } from "./permissions.ts";
import { distFiles } from "./release/files.ts";
import { distDir } from "./release/project.ts";
import { executableName, ownTarget, type Target, TARGETS } from "./release/targets.ts";
import { LIMITS, type Limits } from "./smoke/limits.ts";
import { checkSystem, type Probe, PROBES } from "./smoke/probes.ts";
import { type Program, SmokeFailure } from "./smoke/program.ts";
import { denoCommand } from "./deno_command.ts";

const BUNDLE = "molecule-mcp.js";

/** One line of the table. */
export interface Row {
  readonly name: string;
  /** What each probe said, or one word for the whole line. */
  readonly cells: readonly string[];
  readonly failures: readonly string[];
}

if (import.meta.main) {
  const unknown = Deno.args.filter((arg) => !/^--(expect-targets$|expect-own=|deno=)/.test(arg));
  if (unknown.length > 0) {
    console.error(
      "Cannot smoke: expected --expect-targets, --expect-own=TRIPLE or nothing, got " +
        unknown.join(" "),
    );
    Deno.exit(2);
  }
  const expectOwn = Deno.args.find((arg) => arg.startsWith("--expect-own="))?.slice(13);
  if (expectOwn !== undefined && expectOwn !== ownTarget()?.triple) {
    console.error(`Cannot smoke ${expectOwn} here: this is ${Deno.build.target}`);
    Deno.exit(1);
  }
  const rows = await smokeAll({ expectTargets: Deno.args.includes("--expect-targets") });
  console.log(table(rows));
  Deno.exit(rows.some(({ failures }) => failures.length > 0) ? 1 : 0);
}

/** Everything in dist/, and everything that should be there. */
export async function smokeAll(
  options: { expectTargets: boolean; dir?: URL; own?: Target | undefined; limits?: Limits },
): Promise<Row[]> {
  const { expectTargets, dir = distDir, limits = LIMITS } = options;
  const own = "own" in options ? options.own : ownTarget();
  const files = await distFiles(dir);
  const path = (name: string) => fromFileUrl(new URL(name, dir));
  const rows: Row[] = [];
  for (const target of TARGETS) {
    const name = executableName(target);
    const isOwn = target.triple === own?.triple;
    if (!files.includes(name)) {
      if (isOwn || expectTargets) rows.push(failed(name, "it is missing"));
    } else {
      rows.push(
        isOwn
          ? await smoke({ name, command: path(name), args: [], executable: path(name) }, limits)
          : await lookAt(name, path(name), target),
      );
    }
  }
  rows.push(
    files.includes(BUNDLE)
      ? await smoke({
        name: `deno run … ${BUNDLE}`,
        command: denoCommand(),
        args: ["run", "--no-config", ...permissionFlags(), path(BUNDLE)],
      }, limits)
      : failed(BUNDLE, "it is missing"),
  );
  return rows;
}

/** Runs every probe, even after one has failed. */
export async function smoke(
  program: Program,
  limits: Limits = LIMITS,
  probes: readonly Probe[] = PROBES,
): Promise<Row> {
  const cells: string[] = [];
  const failures: string[] = [];
  for (const { name, check } of probes) {
    const startedAt = performance.now();
    try {
      const said = await check(program, limits);
      cells.push(said ?? `ok ${Math.round(performance.now() - startedAt)} ms`);
    } catch (error) {
      if (!(error instanceof SmokeFailure)) throw error;
      cells.push("FAILED");
      failures.push(`${name}: ${error.message}`);
    }
  }
  return { name: program.name, cells, failures };
}

/** The rows as text: the table first, then what failed. */
export function table(rows: readonly Row[]): string {
  const head = ["program", ...PROBES.map(({ name }) => name)];
  const lines = [head, ...rows.map(({ name, cells }) => [name, ...cells])];
  const widths = head.map((_, column) =>
    Math.max(
      ...lines.filter(({ length }) => length === head.length || column === 0)
        .map((line) => line[column]?.length ?? 0),
    )
  );
  const text = lines.map((line) =>
    line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd()
  );
  const failures = rows.flatMap(({ name, failures }) =>
    failures.map((failure) => `FAILED  ${name}: ${failure}`)
  );
  return [...text, ...failures].join("\n");
}

/** Only looks at the header, for an executable of another system. */
async function lookAt(name: string, path: string, target: Target): Promise<Row> {
  try {
    await checkSystem(path, target);
    return { name, cells: ["not run here"], failures: [] };
  } catch (error) {
    if (!(error instanceof SmokeFailure)) throw error;
    return failed(name, error.message);
  }
}

function failed(name: string, failure: string): Row {
  return { name, cells: ["FAILED"], failures: [failure] };
}
