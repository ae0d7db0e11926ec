const PARENT_CHECK_INTERVAL_MS = 500;

/** Resolves at SIGINT or SIGTERM, which then no longer end the process. */
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
 * Resolves when the parent is gone: a client may be killed with SIGKILL while a sibling process
 * holds its end of stdin open. The end of stdin itself is noticed by the transport.
 *
 * @param parent its process id when this process began
 * @param signal stops watching
 */
export function parentEnd(parent: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (Deno.ppid !== parent) resolve();
    }, PARENT_CHECK_INTERVAL_MS);
    signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  });
}

/** Windows has no SIGTERM; listening for it throws on older versions of Deno. */
function endSignals(): Deno.Signal[] {
  return Deno.build.os === "windows" ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM"];
}
