import { listActivity } from "../../platform/api/activity.ts";
import type { PlatformClient } from "../../platform/client/client.ts";
import { PlatformError, type PlatformErrorKind } from "../../platform/errors/platform_error.ts";

/** An id that no row has. */
const NIL = "00000000-0000-0000-0000-000000000000";
/** The answers of a platform that looks at the id. */
const SUPPORTED: readonly PlatformErrorKind[] = ["gone", "not_found", "rejected"];

/**
 * Whether the platform supports `since_id`. An older one ignores it and answers with its newest
 * rows: anything older than these would be lost (src/platform/API.md, "Read the activity log").
 * Asked only once.
 */
export class SinceIdProbe {
  readonly #client: PlatformClient;
  readonly #onRequest: () => void;
  readonly #report: (line: string) => void;
  #isSupported: boolean | undefined;

  /**
   * @param options.onRequest called before each request
   * @param options.report called once if `since_id` is ignored
   */
  constructor(
    client: PlatformClient,
    options: { onRequest: () => void; report: (line: string) => void },
  ) {
    this.#client = client;
    this.#onRequest = options.onRequest;
    this.#report = options.report;
  }

  /** @throws {PlatformError} when the answer does not tell */
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
