/** How long a probe may take. */
export interface Limits {
  /** For a command that only prints. */
  readonly printTimeoutMs: number;
  readonly answerTimeoutMs: number;
  readonly endTimeoutMs: number;
}

/** Generous: probes are to find what hangs; what is slow is for the benchmark. */
export const LIMITS: Limits = {
  printTimeoutMs: 20_000,
  answerTimeoutMs: 20_000,
  endTimeoutMs: 5_000,
};
