import type { ToolContext } from "./context.ts";

/**
 * Tells the client every few seconds that a wait goes on, if it asked for progress.
 *
 * @param what follows "Waiting for"; a function is called for each report
 * @returns a function that stops the reports
 */
export function reportWaiting(
  { progress, timing }: ToolContext,
  what: string | (() => string),
): () => void {
  if (!progress) return () => {};
  const startedAt = performance.now();
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    progress(`Waiting for ${typeof what === "string" ? what : what()} (${seconds} s)`);
  }, timing.progressIntervalMs);
  return () => clearInterval(timer);
}
