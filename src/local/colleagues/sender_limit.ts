/**
 * How many answers in a row a sender gets: an agent that answers every answer would never end.
 *
 * @module
 */

/** Answers to a sender that is never quiet in between. */
export const MOST_IN_A_ROW = 10;
/** After such a silence of the sender it begins anew. */
const QUIET_MS = 30_000;
const MOST_SENDERS = 1_000;

/** Said with the last answer. */
export const REST_NOTE = `I answer ${MOST_IN_A_ROW} messages in a row; now I rest until you have ` +
  "been quiet for half a minute.";

/** Counts. */
export class SenderLimit {
  readonly #senders = new Map<string, { count: number; lastMs: number }>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number = Date.now) {
    this.#nowMs = nowMs;
  }

  /** A sender wrote: whether it is answered, and whether for the last time. */
  next(senderId: string): "answer" | "last answer" | "rest" {
    const nowMs = this.#nowMs();
    const known = this.#senders.get(senderId);
    const isNew = known === undefined || nowMs - known.lastMs >= QUIET_MS;
    const count = isNew ? 1 : known.count + 1;
    this.#senders.delete(senderId); // So that it comes last again.
    this.#senders.set(senderId, { count, lastMs: nowMs });
    const [oldest] = this.#senders.keys();
    if (this.#senders.size > MOST_SENDERS && oldest !== undefined) this.#senders.delete(oldest);
    if (count > MOST_IN_A_ROW) return "rest";
    return count === MOST_IN_A_ROW ? "last answer" : "answer";
  }
}
