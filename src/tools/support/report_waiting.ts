import type { ToolContext } from "./context.ts";

/**
 * Tells the client every few seconds that a wait goes on, if it asked for progress.
 *
 * @param what is waited for, to follow "Waiting for"; asked for with each note
 * @returns stops it
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
