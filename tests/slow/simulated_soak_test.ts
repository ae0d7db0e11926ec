/**
 * A long stretch of simulated time: 20 workspaces in one process, with presence and inbox, against a
 * platform with the real rate limit. An hour in the suite; a day, with figures:
 *
 *     MOLECULE_SOAK_HOURS=24 deno task test:slow --filter=simulated
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { dependencyFlags } from "../e2e/program.ts";
import { WORKSPACES } from "./simulated_soak.ts";
import type { Sample, SoakReport } from "./simulated_soak_child.ts";
import { denoCommand } from "../../scripts/deno_command.ts";

const HOURS = Number(Deno.env.get("MOLECULE_SOAK_HOURS") ?? "1");
const CHILD = fromFileUrl(new URL("simulated_soak_child.ts", import.meta.url));
/** What the platform keeps of the messages takes a fifth of it. */
const HEAP_TOLERANCE_BYTES = 1024 * 1024;
/**
 * Connections that are kept for the next call, each with both of its ends in this process: as many as
 * calls happened to meet. One leaked a call, or a message, would be hundreds.
 */
const FILE_TOLERANCE = 8;
/** What the reference does, every 5 s. */
const REFERENCE_FETCHES_PER_HOUR = 720;

Deno.test(`${WORKSPACES} workspaces for ${HOURS} simulated hour(s): memory, timers and files stay flat`, async () => {
  const startedAtMs = performance.now();
  const report = await soak();
  const { samples, requests, sent, received, lines } = report;
  const third = Math.ceil(samples.length / 3);
  const first = middle(samples.slice(0, third));
  const last = middle(samples.slice(-third));
  if (HOURS > 1) console.log(figures(report, first, last, performance.now() - startedAtMs));

  assertEquals(lines, [], "nothing to complain about, no 429 among it");
  assertEquals(received.toSorted(), sent.toSorted());
  assertEquals(last.timers, first.timers, "timers");
  assertEquals(report.timersAfterEnd, 0, "timers after the end");
  const grownFiles = last.descriptors - first.descriptors;
  assert(grownFiles <= FILE_TOLERANCE, `${grownFiles} more file descriptors`);
  const grownBytes = last.heapBytes - first.heapBytes;
  assert(grownBytes < HEAP_TOLERANCE_BYTES, `the heap grew by ${grownBytes} bytes`);
  const fetches = (requests.activity ?? 0) / HOURS / WORKSPACES;
  assert(fetches > 0 && fetches <= REFERENCE_FETCHES_PER_HOUR, `${fetches} fetches an hour`);
});

async function soak(): Promise<SoakReport> {
  const flags = ["--no-check", "--v8-flags=--expose-gc", ...dependencyFlags()];
  const { success, stdout } = await new Deno.Command(denoCommand(), {
    args: ["run", "-A", ...flags, CHILD, String(HOURS)],
    stderr: "inherit",
  }).output();
  assert(success, "the soak's process ended with an error");
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** The median of each figure. */
function middle(samples: readonly Sample[]): Sample {
  const median = (figure: (sample: Sample) => number) => {
    const sorted = samples.map(figure).sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? 0;
  };
  return {
    timers: median(({ timers }) => timers),
    descriptors: median(({ descriptors }) => descriptors),
    heapBytes: median(({ heapBytes }) => heapBytes),
  };
}

function figures(
  { requests, samples, sent }: SoakReport,
  first: Sample,
  last: Sample,
  realMs: number,
): string {
  const mib = ({ heapBytes }: Sample) => `${(heapBytes / 1024 / 1024).toFixed(1)} MiB`;
  const perHour = Object.entries(requests).map(([kind, count]) =>
    `${kind} ${(count / HOURS / WORKSPACES).toFixed(1)}`
  );
  return [
    `simulated hours: ${HOURS}, real seconds: ${(realMs / 1000).toFixed(0)}`,
    `messages: ${sent.length}, samples: ${samples.length}`,
    `requests an hour and workspace: ${perHour.join(", ")}`,
    `heap: ${mib(first)} at first, ${mib(last)} at last`,
    `timers: ${first.timers} at first, ${last.timers} at last`,
    `file descriptors: ${first.descriptors} at first, ${last.descriptors} at last`,
  ].join("\n");
}
