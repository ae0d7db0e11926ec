/** How long tools wait for things, in milliseconds. */
export interface Timing {
  /** Every call is answered within this, whatever the platform does. */
  readonly limitMs: number;
  /** The same for a call whose client asked for progress. */
  readonly limitWithProgressMs: number;
  /** A deliberate wait (for a peer's answer, a message) ends this long after the call arrived. */
  readonly maxWaitMs: number;
  /** The same for a call whose client asked for progress. */
  readonly maxWaitWithProgressMs: number;
  /** Between two reports of progress. */
  readonly progressIntervalMs: number;
  /** Between two checks of a delegation that the platform has queued. */
  readonly pollIntervalMs: number;
}

/**
 * Most clients cancel a call after 60 s. Those that ask for progress have more patience, but not
 * without end: some cancel after 120 s although progress is reported.
 */
export const TIMING: Timing = {
  limitMs: 50_000,
  limitWithProgressMs: 100_000,
  maxWaitMs: 49_000,
  maxWaitWithProgressMs: 99_000,
  progressIntervalMs: 10_000,
  pollIntervalMs: 3_000,
};

/** The part of a call's context that says how long it may take. */
export interface CallTime {
  readonly timing: Timing;
  readonly calledAtMs: number;
  readonly progress?: unknown;
}

/** The seconds within which the call is answered, for texts. */
export function callLimitSecs({ timing, progress }: Omit<CallTime, "calledAtMs">): number {
  return (progress ? timing.limitWithProgressMs : timing.limitMs) / 1000;
}

/** How long a deliberate wait may still take; 0 when the time is up. */
export function remainingWaitMs({ timing, calledAtMs, progress }: CallTime): number {
  const maxWaitMs = progress ? timing.maxWaitWithProgressMs : timing.maxWaitMs;
  return Math.max(0, calledAtMs + maxWaitMs - performance.now());
}
