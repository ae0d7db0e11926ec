const PARENT_CHECK_INTERVAL_MS = 500;

const isWindows = Deno.build.os === "windows";

/** Resolves at a signal that asks the process to end, which then no longer ends it by itself. */
export function endSignal(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const signals = endSignals();
    const onSignal = () => resolve();
    for (const name of signals) Deno.addSignalListener(name, onSignal);
    signal.addEventListener("abort", () => {
      for (const name of signals) Deno.removeSignalListener(name, onSignal);
    }, { once: true });
  });
}

/**
 * The parent's process id, for `parentEnd`. Undefined on Windows, where it stays what it was when the
 * parent is gone, and asking for it lists all processes of the machine.
 */
export function parentId(): number | undefined {
  return isWindows ? undefined : Deno.ppid;
}

/**
 * Resolves when the parent is gone: a client may be killed with SIGKILL while a sibling process
 * holds its end of stdin open. The end of stdin itself is noticed by the transport; on Windows it is
 * all that shows the end of a client.
 *
 * @param parent `parentId()` when this process began
 * @param signal stops watching
 */
export function parentEnd(parent: number | undefined, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (parent === undefined) return;
    const timer = setInterval(() => {
      if (Deno.ppid !== parent) resolve();
    }, PARENT_CHECK_INTERVAL_MS);
    signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  });
}

/**
 * Ctrl-C, the request to end, and a terminal that closes. On Windows Ctrl-C and Ctrl-Break: listening
 * for SIGTERM throws before Deno 2.8, and nobody sends it. A console that closes (SIGHUP) ends the
 * process there as soon as Deno's own handler returns, before a listener runs.
 */
function endSignals(): Deno.Signal[] {
  return isWindows ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM", "SIGHUP"];
}
