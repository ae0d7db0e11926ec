/**
 * Waits; ends early (without an error) when the signal fires. A time that is over already, such as
 * one computed from a grid, counts as 0: newer versions of Deno warn about it on stderr.
 */
export async function sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, Math.max(0, durationMs));
    signal?.addEventListener("abort", done);
  });
}
