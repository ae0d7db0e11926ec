/**
 * Lets what is built work for a long time, and prints descriptors, memory and requests as it goes on.
 *
 * Usage: deno task soak [--minutes=30] [--rate=20] [--faults=50] [--kills=10] [--seed=N]
 *   [--program=dist/molecule-mcp-linux-x86_64]   (default: dist/molecule-mcp.js under deno)
 *
 * - rate: messages a second
 * - faults: failures of the platform a minute
 * - kills: SIGKILLs, spread over the first third; what follows must stay flat
 *
 * Exit code 1 when a message was lost, came twice or out of order, or when something grew.
 *
 * @module
 */
import { shippedProgram } from "./shipped_program.ts";
import { growth, summary } from "./soak/figures.ts";
import { type Sample, soak } from "./soak/soak.ts";

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(args: readonly string[]): Promise<number> {
  const option = (name: string) =>
    args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const number = (name: string, fallback: number) => {
    const value = Number(option(name) ?? fallback);
    if (Number.isFinite(value) && value >= 0) return value;
    throw new TypeError(`Cannot soak: expected a number for --${name}, got ${option(name)}`);
  };
  const minutes = number("minutes", 30);
  const seed = number("seed", Date.now() % 1_000_000);
  const program = shippedProgram(option("program"));
  console.log(`${program.name}: ${minutes} min, seed ${seed}`);
  console.log("minute  life   sent  handed  files  memory MiB");
  const report = await soak({
    program,
    durationMs: minutes * 60_000,
    messagesPerSecond: number("rate", 20),
    faultsPerMinute: number("faults", 50),
    kills: number("kills", 10),
    seed,
    sampleEveryMs: Math.min(30_000, minutes * 1_000),
    onSample: (sample) => console.log(line(sample)),
  });
  console.log(summary(report));
  const { lost, again, outOfOrder } = report;
  const grown = growth(report.samples);
  for (const what of grown) console.log(`GREW: ${what}`);
  return lost.length + again.length + outOfOrder.length + grown.length === 0 ? 0 : 1;
}

function line({ elapsedMs, lives, sent, handed, descriptors, memoryBytes }: Sample): string {
  return [
    (elapsedMs / 60_000).toFixed(1).padStart(6),
    String(lives).padStart(4),
    String(sent).padStart(6),
    String(handed).padStart(6),
    String(descriptors).padStart(5),
    (memoryBytes / 1024 / 1024).toFixed(1).padStart(10),
  ].join("  ");
}
