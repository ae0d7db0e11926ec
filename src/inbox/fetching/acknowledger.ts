import { acknowledgeActivity } from "../../platform/api/activity.ts";
import type { PlatformClient } from "../../platform/client/client.ts";
import { PlatformError } from "../../platform/errors/platform_error.ts";
import type { Log } from "../../safety/log.ts";
import { errorText } from "../../lib/error_text.ts";
import { sleep } from "../../lib/sleep.ts";
import type { DeliveryState } from "../state/delivery_state.ts";

/** How often to look for something to report: at most one request in this time. */
const INTERVAL_MS = 10_000;
/** A platform without the endpoint is tried again after this; it may have been updated by then. */
const ABSENT_MS = 24 * 60 * 60_000;

/** What an acknowledger needs. */
export interface AcknowledgerOptions {
  readonly client: PlatformClient;
  readonly state: Pick<DeliveryState, "handledSeq">;
  readonly log: Log;
}

/**
 * Tells a platform whose rows are numbered, now and then, up to which row everything is handled
 * (src/platform/API.md, "Acknowledge activity"). It serves the platform's own counts and clean-up:
 * nothing waits for it, and nothing is lost when it fails.
 */
export class Acknowledger {
  readonly #options: AcknowledgerOptions;
  #told = -1;

  constructor(options: AcknowledgerOptions) {
    this.#options = options;
  }

  /** Runs until the signal fires. Never throws. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(INTERVAL_MS, signal);
      if (signal.aborted) return;
      const isAbsent = await this.tell(signal);
      if (isAbsent) await sleep(ABSENT_MS, signal);
    }
  }

  /**
   * Tells the platform, if there is something new. Never throws.
   *
   * @returns whether the platform has no such endpoint
   */
  async tell(signal: AbortSignal): Promise<boolean> {
    const { client, state, log } = this.#options;
    const seq = state.handledSeq;
    if (seq === undefined || seq <= this.#told) return false;
    try {
      await acknowledgeActivity(client, seq, signal);
      this.#told = seq;
      return false;
    } catch (error) {
      if (signal.aborted) return false;
      if (error instanceof PlatformError && error.status === 404) return true;
      const { id } = client.workspace;
      log.info(`Cannot acknowledge messages of workspace ${id}: ${errorText(error)}`, {
        subject: `acknowledging ${id}`,
      });
      return false;
    }
  }
}
