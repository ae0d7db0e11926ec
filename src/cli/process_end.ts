const PARENT_CHECK_INTERVAL_MS = 500;

/** Resolves at SIGINT or SIGTERM, which no longer end the process by themselves. */
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
 * Resolves when the parent is gone: a client killed with SIGKILL whose end of stdin is held open by
 * a sibling. The end of stdin is the transport's to notice.
 *
 * @param parent its process id, from when this process began
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

/** Windows knows no SIGTERM; asking for it throws on older versions of Deno. */
function endSignals(): Deno.Signal[] {
  return Deno.build.os === "windows" ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM"];
}
