import type { PlatformClient } from "../../platform/client/client.ts";
import { PlatformError } from "../../platform/errors/platform_error.ts";
import { followEvents, type RequestEvent } from "../../platform/api/event_stream.ts";
import { type Backoff, backoffMs, type Jitter, jittered } from "../../lib/backoff.ts";
import { errorText } from "../../lib/error_text.ts";
import { sleep } from "../../lib/sleep.ts";
import type { Log } from "../../safety/log.ts";

/** The durations of a follower, in milliseconds. */
export interface StreamTiming {
  /** A stream that sends nothing for this long is dead. */
  readonly silenceMs: number;
  /** A stream that lasted this long was good: the back-off starts again from the beginning. */
  readonly stableMs: number;
  /** Between one connection and the next. */
  readonly retry: Backoff;
  /** The pause when the platform has no event stream, or a proxy holds it back. */
  readonly unavailableMs: number;
}

const TIMING: StreamTiming = {
  // The workspace's own heartbeat causes an event every 20 s: by then three of them are missing.
  silenceMs: 70_000,
  stableMs: 30_000,
  retry: { firstMs: 1_000, longestMs: 60_000 },
  unavailableMs: 10 * 60_000,
};
/** So that not all clients connect to a restarted platform at once. */
const JITTER: Jitter = { less: 0.25, more: 0.25 };

/** What a follower needs. */
export interface EventStreamFollowerOptions {
  readonly log: Log;
  /** Called when there may be a new row, or the polling interval has changed. */
  readonly onRow: () => void;
  /** Something happened to a request. */
  readonly onRequest?: (event: RequestEvent) => void;
  /** The stream has begun or ended: before or from then on, nothing makes an event here. */
  readonly onStream?: (change: "began" | "ended") => void;
  readonly timing?: StreamTiming;
  /** A random number in [0, 1). */
  readonly random?: () => number;
}

/** How one connection ended. */
interface Attempt {
  /** The problem will not be over in a minute. */
  readonly lasting: boolean;
  readonly retryAfterMs?: number;
}

/**
 * Keeps the event stream of one workspace open, as a wake-up signal for its poller. If it fails,
 * polling simply goes on as without it (src/platform/API.md, "Event stream").
 */
export class EventStreamFollower {
  readonly #client: PlatformClient;
  readonly #log: Log;
  readonly #onRow: () => void;
  readonly #onRequest: (event: RequestEvent) => void;
  readonly #onStream: (change: "began" | "ended") => void;
  readonly #timing: StreamTiming;
  readonly #random: () => number;
  #alive = false;

  constructor(client: PlatformClient, options: EventStreamFollowerOptions) {
    this.#client = client;
    this.#log = options.log;
    this.#onRow = options.onRow;
    this.#onRequest = options.onRequest ?? (() => {});
    this.#onStream = options.onStream ?? (() => {});
    this.#timing = options.timing ?? TIMING;
    this.#random = options.random ?? Math.random;
  }

  /**
   * Whether events get through, so that polling may be slow. The first bytes do not prove it, since
   * a proxy may pass them and hold back the rest. The first event does, even one caused by a
   * heartbeat.
   */
  get alive(): boolean {
    return this.#alive;
  }

  /** Connects again and again until the signal fires. */
  async run(signal: AbortSignal): Promise<void> {
    const { stableMs, retry, unavailableMs } = this.#timing;
    let failures = 0;
    while (!signal.aborted) {
      const startedAtMs = performance.now();
      const { lasting, retryAfterMs = 0 } = await this.#followOnce(signal);
      // A stream that keeps ending after a moment is no better than one that cannot be opened.
      failures = performance.now() - startedAtMs >= stableMs ? 0 : failures + 1;
      // The first pause is the one after a good stream.
      const pauseMs = lasting ? unavailableMs : backoffMs(retry, failures + 1);
      const askedMs = Math.min(retryAfterMs, unavailableMs);
      await sleep(Math.max(jittered(pauseMs, JITTER, this.#random()), askedMs), signal);
    }
  }

  async #followOnce(signal: AbortSignal): Promise<Attempt> {
    const { id } = this.#client.workspace;
    let proved = false;
    try {
      const end = await followEvents(this.#client, {
        // Rows from before the stream was open caused no event.
        onAlive: () => {
          this.#onRow();
          this.#onStream("began");
        },
        onEvent: () => {
          proved = this.#alive = true;
          this.#log.over(`stream ${id}`);
        },
        onInboundRow: this.#onRow,
        onRequest: this.#onRequest,
      }, { silenceMs: this.#timing.silenceMs, signal });
      if (end === "silent") this.#log.info(`The event stream of workspace ${id} fell silent`);
      // Connected, but not even a heartbeat's event arrived: something on the way holds events
      // back.
      return { lasting: end === "silent" && !proved };
    } catch (error) {
      if (signal.aborted) return { lasting: false };
      const reason = errorText(error);
      this.#log.info(`No event stream for workspace ${id}: ${reason}`, {
        subject: `stream ${id}`,
        kind: error instanceof PlatformError ? `${error.kind} ${error.status ?? ""}` : undefined,
      });
      if (!(error instanceof PlatformError)) return { lasting: true };
      return {
        lasting: error.kind === "not_found" || error.kind === "not_routed",
        retryAfterMs: error.retryAfterMs,
      };
    } finally {
      this.#alive = false;
      // From now on polling alone must be fast enough.
      if (proved) {
        this.#onRow();
        this.#onStream("ended");
      }
    }
  }
}
