import { numberOr } from "./numbers.ts";

/** How long and how often delegate_task tries (tests/README.md, "Environment variables"). */
export interface DelegationSettings {
  readonly viaQueue: boolean;
  readonly pollBudgetMs: number;
  readonly totalBudgetMs: number;
  readonly readTimeoutMs: number;
  readonly maxAttempts: number;
}

/** A timer takes no more than 2^31 - 1 ms and fires at once beyond that. */
const MAX_SECONDS = 2_147_483;

/** Reads the settings of delegate_task; a value out of range is reported and the default used. */
export function parseDelegation(
  value: (name: string) => string | undefined,
  notices: string[],
): DelegationSettings {
  const milliseconds = (name: string, fallbackSeconds: number) =>
    1000 * numberOr(value, name, fallbackSeconds, { above: 0, max: MAX_SECONDS }, notices);
  return {
    viaQueue: value("DELEGATION_SYNC_VIA_INBOX") === "1",
    pollBudgetMs: milliseconds("DELEGATION_TIMEOUT", 300),
    totalBudgetMs: milliseconds("A2A_DELEGATE_TOTAL_BUDGET", 600),
    readTimeoutMs: milliseconds("A2A_DELEGATE_READ_TIMEOUT", 300),
    maxAttempts: numberOr(
      value,
      "A2A_DELEGATE_MAX_ATTEMPTS",
      5,
      { integer: true, min: 1 },
      notices,
    ),
  };
}
