const PARENT_CHECK_INTERVAL_MS = 500;

/**
 * Resolves when the process should end: SIGINT, SIGTERM, or the parent is gone (a client killed
 * with SIGKILL whose end of stdin is held open by a sibling). The end of stdin is the transport's
 * to notice.
 *
 * @param signal stops watching
 */
export function processEnd(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const signals = endSignals();
    const parent = Deno.ppid;
    const timer = setInterval(() => {
      if (Deno.ppid !== parent) resolve();
    }, PARENT_CHECK_INTERVAL_MS);
    const onSignal = () => resolve();
    for (const name of signals) Deno.addSignalListener(name, onSignal);
    signal.addEventListener("abort", () => {
      clearInterval(timer);
      for (const name of signals) Deno.removeSignalListener(name, onSignal);
    }, { once: true });
  });
}

/** Windows knows no SIGTERM; asking for it throws on older versions of Deno. */
function endSignals(): Deno.Signal[] {
  return Deno.build.os === "windows" ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM"];
}
