import type { Sample, SoakReport } from "./soak.ts";

/** A leak of one a minute exceeds this within half an hour. */
const DESCRIPTORS_TOLERANCE = 4;
/** The heap grows and shrinks with each garbage collection. */
const MEMORY_TOLERANCE_BYTES = 24 * 1024 * 1024;

/**
 * What grew in the last life of the program: compares the median of its second quarter with that of its
 * last.
 *
 * @returns a line for each; none where there are too few samples to tell
 */
export function growth(samples: readonly Sample[]): string[] {
  const life = samples.filter(({ lives }) => lives === samples.at(-1)?.lives);
  const quarter = Math.floor(life.length / 4);
  if (quarter === 0) return [];
  const [early, late] = [life.slice(quarter, 2 * quarter), life.slice(-quarter)];
  const limits = [["descriptors", DESCRIPTORS_TOLERANCE], ["memoryBytes", MEMORY_TOLERANCE_BYTES]];
  return (limits as [keyof Sample, number][]).flatMap(([name, tolerance]) => {
    const [before, after] = [median(early, name), median(late, name)];
    return after - before <= tolerance ? [] : [`${name} from ${before} to ${after}`];
  });
}

/** The figures of the whole run, for people. */
export function summary(report: SoakReport): string {
  const { samples, requests, lost, again, outOfOrder } = report;
  const hours = (samples.at(-1)?.elapsedMs ?? 0) / 3_600_000;
  const perHour = [...requests].sort(([a], [b]) => a.localeCompare(b))
    .map(([kind, count]) => `${kind} ${count} (${(count / hours).toFixed(0)}/h)`);
  return [
    `messages: ${report.sent} sent, ${lost.length} lost, ${again.length} again after their pop, ` +
    `${outOfOrder.length} senders out of order`,
    `kills: ${report.kills}, faults: ${report.faults}`,
    `requests: ${perHour.join(", ")}`,
  ].join("\n");
}

function median(samples: readonly Sample[], name: keyof Sample): number {
  const sorted = samples.map((sample) => sample[name]).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
