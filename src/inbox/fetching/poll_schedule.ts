import { type Backoff, backoffMs, type Jitter, jittered } from "../../lib/backoff.ts";

/** What the pace of successful fetches depends on. */
export interface PaceConditions {
  /** A `wait_for_message` is pending. */
  readonly waiting: boolean;
  /** The event stream is up, so a new row wakes the poller. */
  readonly streaming: boolean;
  /** How many workspaces of this process share the platform's rate limit. */
  readonly workspaceCount: number;
}

/** What the next fetch depends on. */
export interface PollConditions extends PaceConditions {
  /** Failed fetches in a row. */
  readonly failures: number;
  /** The delay that the platform asked for with the last failure. */
  readonly retryAfterMs?: number;
}

/** While somebody waits and only polling delivers the message: the median delay is half of this. */
const WAITING_MS = 800;
/** Requests a second that all workspaces of a process may cause together while they wait. */
const WAITING_RATE_PER_SECOND = 4;
/** The reference client's interval; never less than this while idle. */
const IDLE_MS = 5_000;
const STREAMING_WAITING_MS = 5_000;
/**
 * With the event stream; needed because it may miss events of another server replica
 * (src/platform/API.md, "Event stream").
 */
const STREAMING_IDLE_MS = 30_000;
const FAILURE: Backoff = { firstMs: 1_000, longestMs: 60_000 };
/** While somebody waits; jitter included, it is within the reference client's 5 s. */
const FAILURE_WAITING: Backoff = { ...FAILURE, longestMs: 3_800 };
/** The time over which many clients spread their first fetches after an outage. */
const RETURN_MS = 4_000;
const RETRY_AFTER_MAX_MS = 10 * 60_000;
/** Jitter only ever adds, so the stated rates are upper limits. */
const JITTER: Jitter = { more: 0.3 };
/** Jitter on a delay that the platform asked for: smaller, since that may be long. */
const ASKED_JITTER: Jitter = { more: 0.1 };

/**
 * Milliseconds until the next fetch, if nothing wakes the poller sooner.
 *
 * @param random a number in [0, 1)
 */
export function nextPollMs(conditions: PollConditions, random: number): number {
  if (conditions.failures === 0) return jittered(paceMs(conditions), JITTER, random);
  const pauseMs = backoffMs(conditions.waiting ? FAILURE_WAITING : FAILURE, conditions.failures);
  // With the stream, a fetch has a reason, so its retry is urgent; without it, failures must not
  // cause more requests than successes.
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

/**
 * How old, in milliseconds, the last fetch has to be so that an agent that begins to wait causes
 * another one at once. A single workspace is always asked. Of a hundred in one process, an agent
 * that waits anew after each message would cause a hundred requests a message: they are asked at
 * the pace of a wait.
 */
export function freshForMs({ workspaceCount }: Pick<PaceConditions, "workspaceCount">): number {
  return workspaceCount === 1 ? 0 : paceMs({ waiting: true, streaming: false, workspaceCount });
}

/** Milliseconds between two successful fetches, without jitter. */
export function paceMs({ waiting, streaming, workspaceCount }: PaceConditions): number {
  if (streaming) return waiting ? STREAMING_WAITING_MS : STREAMING_IDLE_MS;
  if (!waiting) return IDLE_MS;
  const share = (1000 * workspaceCount) / WAITING_RATE_PER_SECOND;
  return Math.min(Math.max(WAITING_MS, share), IDLE_MS);
}
