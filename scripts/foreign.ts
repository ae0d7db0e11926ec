/**
 * Runs the tests on another system that the program ships for, under an emulator that really runs it
 * there: Deno for Windows under Wine, Deno for arm64 under qemu. (macOS has none: GitHub's runners
 * are the only place where it is tried.)
 *
 * Where `../shared/foreign-deno` is absent, or cannot provide the system, that is said and nothing
 * fails.
 *
 * Usage: deno task test:foreign windows|arm64 [test files or folders]
 *
 * @module
 */
import { foreignDeno, ForeignDenoDir, SYSTEMS } from "./foreign/foreign_deno.ts";
import { runPart } from "./foreign/part.ts";
import { planOf } from "./foreign/plan.ts";
import { Results } from "./foreign/results.ts";

if (import.meta.main) {
  const [system = "", ...paths] = Deno.args.filter((arg) => !arg.startsWith("--"));
  Deno.exit(await testOn(system, paths));
}

/** @returns the exit code */
async function testOn(name: string, paths: readonly string[]): Promise<number> {
  const system = SYSTEMS.find((known) => known === name);
  if (system === undefined) {
    console.error(
      `Cannot test on ${JSON.stringify(name)}: expected ${SYSTEMS.join(" or ")}, as in: ` +
        "deno task test:foreign windows",
    );
    return 2;
  }
  const found = await foreignDeno(system);
  if ("absent" in found) {
    console.log(`Skipped: the tests on ${system} are not run (${found.absent}).`);
    console.log(new Results().summary(true));
    return 0;
  }
  const interrupted = new AbortController();
  Deno.addSignalListener("SIGINT", () => interrupted.abort());
  const results = new Results();
  let code = 0;
  await using denoDir = await ForeignDenoDir.make();
  for (const part of planOf(system, { ...found, denoDir: denoDir.path, paths })) {
    if (interrupted.signal.aborted) return 130;
    code = await runPart(part, results, interrupted.signal) || code;
  }
  console.log(results.table(system));
  // Deno's own last line, for whoever counts, as .ci/run does.
  console.log(results.summary(code === 0));
  return code;
}
