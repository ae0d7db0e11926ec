/** A rule that lines can rest on, where the program may still have to learn it. */
export type Rule = typeof RULES[number];

export const RULES = [
  /** An array is served in 2025-03-26: one array of answers, or nothing. */
  "batches",
  /** `params: null` and `params: []` count as absent. */
  "absent params",
  /** Of two requests with one id the second is refused while the first is open. */
  "duplicate ids",
  /** What has no id, and what looks like a response, is never answered, however malformed. */
  "silence",
  /** Requests of protocol 2026-07-28 are served as that says. */
  "stateless era",
  /** A request is answered even where its `_meta` or its progress token is malformed. */
  "odd _meta",
  /** A request is answered even where it has a member that JSON-RPC does not know. */
  "odd members",
  /** A request is answered although another one with its id was cancelled. */
  "ids of cancelled requests",
  /** Where a batch uses an id twice, the answers to both stand in its array. */
  "ids twice in a batch",
] as const;

/** Lines that rest on one of these are not sent, unless asked for: the program does otherwise. */
export const NOT_YET: readonly Rule[] = [];
