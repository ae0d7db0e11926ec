import { type Backoff, backoffMs, type Jitter, jittered } from "../../lib/backoff.ts";

/** What the pace of fetches that succeed depends on. */
export interface PaceConditions {
  /** A `wait_for_message` is pending. */
  readonly waiting: boolean;
  /** The event stream is up, so a new row wakes the poller by itself. */
  readonly streaming: boolean;
  /** Workspaces of this process that share the platform's rate limit. */
  readonly workspaceCount: number;
}

/** What the next fetch depends on. */
export interface PollConditions extends PaceConditions {
  /** Failed fetches in a row. */
  readonly failures: number;
  /** What the platform asked for with the last failure. */
  readonly retryAfterMs?: number;
}

/** While somebody waits and only polling brings the message: the median delay is half of it. */
const WAITING_MS = 800;
/** Requests a second that all workspaces of a process may cause together while they wait. */
const WAITING_RATE_PER_SECOND = 4;
/** As the reference client polls; never more often while idle. */
const IDLE_MS = 5_000;
const STREAMING_WAITING_MS = 5_000;
/**
 * Polled even with the event stream, which may miss events of another server replica
 * (src/platform/API.md, "Event stream").
 */
const STREAMING_IDLE_MS = 30_000;
const FAILURE: Backoff = { firstMs: 1_000, longestMs: 60_000 };
/** While somebody waits; with the jitter within the reference client's 5 s. */
const FAILURE_WAITING: Backoff = { ...FAILURE, longestMs: 3_800 };
/** The time over which a fleet of clients spreads its first fetches after an outage. */
const RETURN_MS = 4_000;
const RETRY_AFTER_MAX_MS = 10 * 60_000;
/** Jitter only ever adds, so that the stated rates are upper bounds. */
const JITTER: Jitter = { more: 0.3 };
/** Of what the platform asked for: less, for that may be long. */
const ASKED_JITTER: Jitter = { more: 0.1 };

/**
 * Milliseconds until the next fetch, if nothing wakes the poller before.
 *
 * @param random a number in [0, 1)
 */
export function nextPollMs(conditions: PollConditions, random: number): number {
  if (conditions.failures === 0) return jittered(paceMs(conditions), JITTER, random);
  const pauseMs = backoffMs(conditions.waiting ? FAILURE_WAITING : FAILURE, conditions.failures);
  // With the stream a fetch has a reason, so that its retry is urgent; without it failure must not
  // cause more requests than success.
  const leastMs = conditions.streaming ? pauseMs : Math.max(pauseMs, paceMs(conditions));
  const askedMs = Math.min(conditions.retryAfterMs ?? 0, RETRY_AFTER_MAX_MS);
  return Math.max(jittered(leastMs, JITTER, random), jittered(askedMs, ASKED_JITTER, random));
}

/**
 * Milliseconds from a sign that the platform is back until the next fetch.
 *
 * @param random a number in [0, 1)
 */
export function returnMs(random: number): number {
  return RETURN_MS * random;
}

/** Milliseconds between two fetches that succeed, without jitter. */
export function paceMs({ waiting, streaming, workspaceCount }: PaceConditions): number {
  if (streaming) return waiting ? STREAMING_WAITING_MS : STREAMING_IDLE_MS;
  if (!waiting) return IDLE_MS;
  const share = (1000 * workspaceCount) / WAITING_RATE_PER_SECOND;
  return Math.min(Math.max(WAITING_MS, share), IDLE_MS);
}
