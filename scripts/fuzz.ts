/**
 * Sends the program what no client would: broken lines, batches, ids of every kind, both eras mixed,
 * cancellations, responses to nothing. Every line that comes back is compared with what is due.
 *
 * Usage: deno task fuzz [--minutes=1] [--seed=N] [--sessions-per-second=200] [--rules=all]
 *
 * The same seed sends the same lines. `--rules` takes names from fuzz/rules.ts, separated by commas, or
 * `all`: lines that rest on these rules are sent too, although the program does not know them yet.
 * `MOLECULE_TEST_PROGRAM` names an executable to run instead of dist/molecule-mcp.js. Exit code 1 when
 * anything failed, with the lines of the session that failed.
 *
 * @module
 */
import { fuzz } from "./fuzz/fuzz.ts";
import { NOT_YET } from "./fuzz/rules.ts";
import { shippedProgram } from "./shipped_program.ts";

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(args: readonly string[]): Promise<number> {
  const option = (name: string) =>
    args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const number = (name: string, fallback: number) => {
    const text = option(name);
    const value = Number(text ?? fallback);
    if (Number.isFinite(value) && value >= 0) return value;
    throw new TypeError(`Cannot fuzz: expected a number for --${name}, got ${text}`);
  };
  const program = shippedProgram(Deno.env.get("MOLECULE_TEST_PROGRAM"));
  const seed = number("seed", Date.now() % 1_000_000);
  const sessionsPerSecond = number("sessions-per-second", 200);
  const sessions = Math.round(number("minutes", 1) * 60 * sessionsPerSecond);
  const asked = option("rules")?.split(",") ?? [];
  const notYet = NOT_YET.filter((rule) => !asked.includes("all") && !asked.includes(rule));
  console.log(`${program.name}: ${sessions} sessions, ${sessionsPerSecond} a second, seed ${seed}`);
  if (notYet.length > 0) {
    console.log(`Left out, since the program does not know these rules yet: ${notYet.join(", ")}`);
  }
  const report = await fuzz({ program, seed, sessions, sessionsPerSecond, notYet });
  for (const failure of report.failures) console.log(`FAILED ${failure}`);
  console.log(
    `${report.sessions} sessions, ${report.lines} lines and ${report.answers} lines back in ` +
      `${(report.elapsedMs / 1000).toFixed(1)} s, ${report.processes} processes, ` +
      `${report.failures.length} failed`,
  );
  return report.failures.length === 0 ? 0 : 1;
}
