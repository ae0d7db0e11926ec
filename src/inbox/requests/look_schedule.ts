import { type Backoff, backoffMs, type Jitter, jittered } from "../../lib/backoff.ts";

/** What came of a look. */
export interface LookOutcome {
  readonly foundNothing: boolean;
  /** Failed looks in a row. */
  readonly failures: number;
  /** The platform has no requests. */
  readonly missing: boolean;
  /**
   * Something is under way of whose end nothing may tell: looks in a row that saw the same again.
   * Undefined: nothing is.
   */
  readonly unchanged?: number | undefined;
}

/** What the next look at the inbox of requests depends on. */
export interface LookConditions extends Omit<LookOutcome, "foundNothing"> {
  /** The event stream announces new requests, but may miss one. */
  readonly streaming: boolean;
  /** An agent waits for a message. */
  readonly waiting: boolean;
  /** How many workspaces of this process look. */
  readonly workspaceCount: number;
}

/** Between a look and one that an event causes, after looks that an event caused and that found nothing. */
const FRUITLESS: Backoff = { firstMs: 300, longestMs: 10_000 };
/** How long the first look waits for the event stream. */
export const FIRST_PAUSE_MS = 3_000;
/** The time over which many clients spread their looks when their streams begin anew. */
const SPREAD_MS = 5_000;
/** And for each further workspace of one process. */
const SPREAD_PER_WORKSPACE_MS = 600;
const STREAMING_MS = 5 * 60_000;
const IDLE_MS = 60_000;
const WAITING_MS = 15_000;
/** While something is under way: about as long again as it has been. */
const UNDER_WAY: Backoff = { firstMs: 15_000, longestMs: STREAMING_MS };
/** A platform without requests may have been updated by then. */
const MISSING_MS = 60 * 60_000;
const FAILURE: Backoff = { firstMs: 5_000, longestMs: 5 * 60_000 };
/** Jitter only ever adds: many clients must not all look at once. */
const JITTER: Jitter = { more: 0.3 };

/**
 * Milliseconds that pass at least until the next look, however many events come.
 *
 * @param fruitless looks in a row that an event caused and that found nothing
 */
export function leastPauseMs(fruitless: number): number {
  return backoffMs(FRUITLESS, fruitless + 1);
}

/**
 * Milliseconds from the beginning of a stream to the look.
 *
 * @param isFirst for a single workspace, the first look waits for nobody
 * @param random a number in [0, 1)
 */
export function spreadMs(workspaceCount: number, isFirst: boolean, random: number): number {
  if (isFirst && workspaceCount === 1) return 0;
  return (SPREAD_MS + SPREAD_PER_WORKSPACE_MS * (workspaceCount - 1)) * random;
}

/**
 * Milliseconds until the next look, if nothing announces a request sooner.
 *
 * @param random a number in [0, 1)
 */
export function lookPauseMs(conditions: LookConditions, random: number): number {
  return jittered(pauseMs(conditions), JITTER, random);
}

function pauseMs(conditions: LookConditions): number {
  const { failures, missing, unchanged } = conditions;
  if (missing) return MISSING_MS;
  if (failures > 0) return backoffMs(FAILURE, failures);
  const longestMs = quietPauseMs(conditions);
  if (unchanged === undefined) return longestMs;
  // Of many workspaces, all begin anew after an outage.
  const firstMs = UNDER_WAY.firstMs + SPREAD_PER_WORKSPACE_MS * (conditions.workspaceCount - 1);
  return Math.min(longestMs, backoffMs({ ...UNDER_WAY, firstMs }, unchanged + 1));
}

function quietPauseMs({ streaming, waiting }: LookConditions): number {
  if (streaming) return STREAMING_MS;
  return waiting ? WAITING_MS : IDLE_MS;
}
