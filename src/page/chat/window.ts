/** So many messages are drawn at most: the browser stays quick however long a conversation is. */
const DRAWN = 180;
/** The window moves by so many. */
const STEP = 60;

/** Which messages are drawn: `[start, end)`; `end` undefined follows the newest. */
export interface Window {
  readonly start: number;
  readonly end: number;
  readonly isAtNewest: boolean;
}

/**
 * The window over messages.
 *
 * @param lastSeq The last message that is drawn; undefined: the newest
 */
export function windowOf(seqs: readonly number[], lastSeq: number | undefined): Window {
  const end = lastSeq === undefined ? seqs.length : seqs.findLastIndex((seq) => seq <= lastSeq) + 1;
  return { start: Math.max(0, end - DRAWN), end, isAtNewest: end === seqs.length };
}

/**
 * The last message of a window that was moved up or down by a step.
 *
 * @returns undefined to follow the newest again
 */
export function movedWindow(
  seqs: readonly number[],
  { end }: Window,
  direction: "up" | "down",
): number | undefined {
  const moved = direction === "up"
    ? Math.max(end - STEP, Math.min(DRAWN, seqs.length))
    : end + STEP;
  return moved >= seqs.length ? undefined : seqs[moved - 1];
}
