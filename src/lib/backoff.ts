/** How the pauses between attempts grow: the first, then twice as long each time, up to the longest. */
export interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** How much shorter and longer a pause may become, as a part of itself: `0.25` is a quarter. */
export interface Jitter {
  readonly less?: number;
  readonly more?: number;
}

/**
 * The pause after a number of failures in a row, in milliseconds. `jittered` adds chance to it, where
 * many processes would otherwise try again at the same moment.
 *
 * @param failures from 1
 */
export function backoffMs({ firstMs, longestMs }: Backoff, failures: number): number {
  return Math.min(firstMs * 2 ** (failures - 1), longestMs);
}

/**
 * A duration made shorter or longer by chance.
 *
 * @param random a number in [0, 1)
 */
export function jittered(durationMs: number, jitter: Jitter, random: number): number {
  const { less = 0, more = 0 } = jitter;
  return durationMs * (1 - less + (less + more) * random);
}
