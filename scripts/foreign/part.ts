import { fromFileUrl } from "@std/path";
import { projectRoot } from "../release/project.ts";
import type { Part } from "./plan.ts";
import type { Results } from "./results.ts";
import { endGroup } from "../end_group.ts";

/** A part that was killed because it took too long; what `timeout` answers as well. */
const TIMED_OUT = 124;

/**
 * Runs a part in a process group of its own and shows what it writes; its tests are counted.
 *
 * @param signal ends it
 * @returns its exit code
 */
export async function runPart(part: Part, results: Results, signal: AbortSignal): Promise<number> {
  console.log(`Running: ${part.name}`);
  const child = new Deno.Command(part.command, {
    args: [...part.args],
    cwd: fromFileUrl(projectRoot),
    clearEnv: true,
    env: environmentOf(part),
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
    detached: true,
  }).spawn();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    endGroup(child.pid);
  }, part.timeoutMs);
  const end = () => endGroup(child.pid);
  signal.addEventListener("abort", end, { once: true });
  try {
    await forEachLine(child.stdout, (line) => {
      console.log(line);
      results.take(line);
    });
    const { code } = await child.status;
    if (isLate) console.error(`${part.name}: killed after ${part.timeoutMs / 60_000} minutes`);
    return isLate ? TIMED_OUT : code;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
    end(); // What its tests have started ends with it.
  }
}

function environmentOf(part: Part): Record<string, string> {
  // Without colours, which would stand between the words that are counted.
  const all = Object.entries({ ...Deno.env.toObject(), NO_COLOR: "1", ...part.env });
  return Object.fromEntries(
    all.flatMap(([name, value]) => value === undefined ? [] : [[name, value]]),
  );
}

async function forEachLine(
  stream: ReadableStream<Uint8Array>,
  take: (line: string) => void,
): Promise<void> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop() ?? "";
    lines.forEach(take);
  }
  if (rest !== "") take(rest);
}
