/** How long tools wait for things, in milliseconds. */
export interface Timing {
  /** A delegation whose client gets no progress is answered so long after the call came in. */
  readonly patienceMs: number;
  /** Between two notes of progress. */
  readonly progressIntervalMs: number;
  /** Between two looks at a delegation that the platform has queued. */
  readonly pollIntervalMs: number;
}

/** MCP clients commonly give up on a call after 60 s without progress: this answers before that. */
export const TIMING: Timing = {
  patienceMs: 50_000,
  progressIntervalMs: 10_000,
  pollIntervalMs: 3_000,
};
