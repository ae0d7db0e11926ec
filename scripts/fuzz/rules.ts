/** A rule that lines can rest on, where the program is still to learn it. */
export type Rule =
  /** An array is served in 2025-03-26: one array of answers, or nothing. */
  | "batches"
  /** `params: null` and `params: []` count as absent. */
  | "absent params"
  /** Of two requests with one id the second is refused while the first is open. */
  | "duplicate ids"
  /** What has no id, and what looks like a response, is never answered, however malformed. */
  | "silence"
  /** Requests of protocol 2026-07-28 are served as that says. */
  | "stateless era";

export const RULES: readonly Rule[] = [
  "batches",
  "absent params",
  "duplicate ids",
  "silence",
  "stateless era",
];

/** Lines that rest on one of these are not sent, unless asked for: the program does otherwise. */
export const NOT_YET: readonly Rule[] = RULES;
