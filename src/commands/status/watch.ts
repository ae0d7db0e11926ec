import { sleep } from "../../lib/sleep.ts";
import type { Terminal } from "../support/terminal.ts";

const INTERVAL_MS = 1_000;
/** A screen of its own, from which the terminal comes back as it was; no cursor; long lines are cut. */
const ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l";
const LEAVE = "\x1b[?7h\x1b[?25h\x1b[?1049l";
const HOME = "\x1b[H";
const CLEAR_LINE = "\x1b[K";
const CLEAR_BELOW = "\x1b[J";

/**
 * Shows lines anew every second until the signal fires or SIGTERM arrives, and then leaves the screen as it was.
 *
 * @param lines what to show; asked for each time
 */
export async function watch(
  terminal: Terminal,
  lines: () => Promise<readonly string[]>,
  signal: AbortSignal,
): Promise<void> {
  const terminated = new AbortController();
  const onTerm = () => terminated.abort();
  // Windows has none.
  const signals: readonly Deno.Signal[] = Deno.build.os === "windows" ? [] : ["SIGTERM"];
  for (const name of signals) Deno.addSignalListener(name, onTerm);
  const end = AbortSignal.any([signal, terminated.signal]);
  terminal.write(ENTER);
  try {
    while (!end.aborted) {
      const shown = [...await lines(), "", "Ctrl-C ends this."].slice(0, rows() - 1);
      const text = shown.map((line) => `${line}${CLEAR_LINE}\r\n`).join("");
      terminal.write(`${HOME}${text}${CLEAR_BELOW}`);
      await sleep(INTERVAL_MS, end);
    }
  } finally {
    terminal.write(LEAVE);
    for (const name of signals) Deno.removeSignalListener(name, onTerm);
  }
}

function rows(): number {
  try {
    return Deno.consoleSize().rows;
  } catch {
    return 24;
  }
}
