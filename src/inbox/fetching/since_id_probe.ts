import { listActivity } from "../../platform/api/activity.ts";
import type { PlatformClient } from "../../platform/client/client.ts";
import { PlatformError, type PlatformErrorKind } from "../../platform/errors/platform_error.ts";

/** The id of no row. */
const NIL = "00000000-0000-0000-0000-000000000000";
/** What a platform answers that looked at the id. */
const SUPPORTED: readonly PlatformErrorKind[] = ["gone", "not_found", "rejected"];

/**
 * Whether the platform supports `since_id`. One that is older ignores it and answers with its
 * newest rows: what is older than these would be lost (src/platform/API.md, "Read the activity
 * log"). Asked once.
 */
export class SinceIdProbe {
  readonly #client: PlatformClient;
  readonly #onRequest: () => void;
  readonly #report: (line: string) => void;
  #isSupported: boolean | undefined;

  /**
   * @param options.onRequest called before each request
   * @param options.report told once when it is ignored
   */
  constructor(
    client: PlatformClient,
    options: { onRequest: () => void; report: (line: string) => void },
  ) {
    this.#client = client;
    this.#onRequest = options.onRequest;
    this.#report = options.report;
  }

  /** @throws {PlatformError} when there is no telling */
  async isSupported(signal: AbortSignal): Promise<boolean> {
    this.#isSupported ??= await this.#ask(signal);
    return this.#isSupported;
  }

  async #ask(signal: AbortSignal): Promise<boolean> {
    this.#onRequest();
    try {
      await listActivity(this.#client, { sinceId: NIL, limit: 1 }, signal);
    } catch (error) {
      if (error instanceof PlatformError && SUPPORTED.includes(error.kind)) return true;
      throw error;
    }
    const { id, origin } = this.#client.workspace;
    this.#report(
      `${origin} is an older platform that cannot list messages since a known one: those of ` +
        `workspace ${id} are fetched by time`,
    );
    return false;
  }
}
