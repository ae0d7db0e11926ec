import type { PlatformClient } from "../platform/client.ts";
import { PlatformError } from "../platform/errors.ts";
import { followEvents } from "../platform/event_stream.ts";
import { pause } from "../presence/timer.ts";
import type { Log } from "../safety/log.ts";

/** The workspace's own heartbeat makes an event every 20 s; three missing ones mean a dead stream. */
const SILENCE_MS = 70_000;
const RETRY_BASE_MS = 1_000;
const RETRY_MAX_MS = 60_000;
/** A platform without the stream, or a proxy that holds it back, is asked again after this. */
const UNAVAILABLE_MS = 10 * 60_000;

/**
 * Keeps the event stream of one workspace open, as a wake-up signal for its poller. Any trouble
 * with it only means that polling goes on as without it (platform-api 17b).
 */
export class StreamFollower {
  readonly #client: PlatformClient;
  readonly #log: Log;
  readonly #onRow: () => void;
  #alive = false;

  /** @param options.onRow called when there may be a new row: at an event, and at each connection */
  constructor(client: PlatformClient, options: { log: Log; onRow: () => void }) {
    this.#client = client;
    this.#log = options.log;
    this.#onRow = options.onRow;
  }

  /** Whether events are coming through. */
  get alive(): boolean {
    return this.#alive;
  }

  /** Connects again and again until the signal fires. */
  async run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      const { heard, lasting } = await this.#followOnce(signal);
      failures = heard ? 0 : failures + 1;
      const backoff = Math.min(RETRY_BASE_MS * 2 ** failures, RETRY_MAX_MS);
      // Random, so that a restarted platform is not met by everybody at once.
      await pause((lasting ? UNAVAILABLE_MS : backoff) * (0.75 + 0.5 * Math.random()), signal);
    }
  }

  /** @returns whether anything came through, and whether the trouble is of the lasting kind */
  async #followOnce(signal: AbortSignal): Promise<{ heard: boolean; lasting: boolean }> {
    const { id } = this.#client.workspace;
    let heard = false;
    try {
      const end = await followEvents(this.#client, {
        onAlive: () => {
          heard = this.#alive = true;
          // What came in before the stream was up has made no event.
          this.#onRow();
        },
        onInboundRow: this.#onRow,
      }, { silenceMs: SILENCE_MS, signal });
      if (end === "silent") this.#log.info(`The event stream of workspace ${id} fell silent`);
      // Connected, but not a byte: something on the way buffers it.
      return { heard, lasting: end === "silent" && !heard };
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      this.#log.info(`No event stream for workspace ${id}: ${error.message}`);
      return { heard, lasting: error.kind === "not_found" || error.kind === "not_routed" };
    } finally {
      this.#alive = false;
    }
  }
}
