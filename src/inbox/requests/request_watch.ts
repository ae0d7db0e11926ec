import { PlatformError } from "../../platform/errors/platform_error.ts";
import { errorText } from "../../lib/error_text.ts";
import type { SaveText } from "../long_message.ts";
import type { InboxMessage } from "../message.ts";
import type { MessageQueue } from "../queue.ts";
import type { LookClock } from "./look_clock.ts";
import { RequestLook, type RequestLookOptions } from "./request_look.ts";
import { WaitingMessages } from "./waiting_messages.ts";

/** What the look at the inbox of requests needs. */
export interface RequestWatchOptions extends RequestLookOptions {
  /** Shared by all workspaces. */
  readonly queue: MessageQueue;
  readonly saveText: SaveText;
  /** Called for each message that was queued; must not throw. */
  readonly onMessage: (message: InboxMessage) => void;
  /** Whether messages are fetched without trouble, so that trouble here is trouble of its own. */
  readonly fetching: () => boolean;
  readonly clock: Pick<LookClock, "first" | "next" | "wanted">;
}

/**
 * Brings what is asked of a workspace into the queue, the answers to what it asked back, and that
 * somebody else closed a request: of none does the platform write a row (src/platform/API.md, "How a
 * request reaches the asked"). Each is told once, durably (src/inbox/README.md, "Requests").
 */
export class RequestWatch {
  readonly #options: RequestWatchOptions;
  readonly #messages: WaitingMessages;
  readonly #look: RequestLook;
  /** Whether the last look saw all that is open. */
  #sawAll = true;
  #failures = 0;
  #failure = "";
  #isMissing = false;
  /** What is under way, as the last look saw it. */
  #underWay = "";
  /** Looks in a row that saw nothing else; undefined while nothing is under way. */
  #unchanged: number | undefined;

  constructor(options: RequestWatchOptions) {
    this.#options = options;
    this.#messages = new WaitingMessages({ ...options, workspaceId: options.client.workspace.id });
    this.#look = new RequestLook(options, this.#messages);
  }

  /** Why there may be requests that are not known here. */
  get problem(): string | undefined {
    return this.#failures > 1 ? this.#failure : undefined;
  }

  /** There may be room for messages that wait for it. */
  offer(): void {
    this.#messages.offer();
  }

  /** Removes a message (`WaitingMessages`). */
  async pop(activityId: string): Promise<boolean> {
    const isPopped = await this.#messages.pop(activityId);
    if (isPopped && !this.#sawAll) this.#options.clock.wanted();
    return isPopped;
  }

  /** Whether the decision was told, or waits here, so that a row which says it is not news. */
  tellsDecision(requestId: string): boolean {
    const waits = this.#messages.get(requestId)?.kind === "request_decision";
    return waits || this.#options.told.has(requestId);
  }

  /** Looks again and again until the signal fires. Never throws. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    await clock.first(signal);
    while (!signal.aborted) {
      const foundNothing = !await this.#lookOnce(signal);
      const [failures, missing] = [this.#failures, this.#isMissing];
      await clock.next({ foundNothing, failures, missing, unchanged: this.#unchanged }, signal);
    }
  }

  /** Ends delivery, after `run`: nothing is offered here any more, and pops under way are on disk. */
  async close(): Promise<void> {
    await this.#messages.close();
  }

  /** @returns whether it found anything */
  async #lookOnce(signal: AbortSignal): Promise<boolean> {
    const { client, log } = this.#options;
    const { id } = client.workspace;
    const before = this.#messages.size;
    try {
      const { all, underWay } = await this.#look.make(signal);
      this.#sawAll = all;
      this.#sees(underWay);
      this.#failures = 0;
      this.#isMissing = false;
      log.over(`requests ${id}`);
    } catch (error) {
      if (signal.aborted) return false;
      this.#sawAll = false;
      this.#isMissing = error instanceof PlatformError && error.kind === "not_routed";
      if (this.#isMissing) {
        this.#failures = 0;
        log.info(errorText(error), { subject: `requests ${id}` });
      } else this.#failed(error);
    }
    const isFound = this.#messages.size > before;
    if (isFound) this.#look.hasFound();
    this.offer();
    return isFound;
  }

  #failed(error: unknown): void {
    const { client: { workspace: { id } }, log, fetching } = this.#options;
    this.#failures += 1;
    this.#failure = `Cannot look for requests to workspace ${id}: ${errorText(error)}`;
    // One that fails once, or while everything fails, says nothing that is not told already.
    if (this.#failures < 2 || !fetching()) return;
    log.problem(`${this.#failure} (retrying)`, {
      subject: `requests ${id}`,
      kind: error instanceof PlatformError ? `${error.kind} ${error.status ?? ""}` : undefined,
    });
  }

  #sees(underWay: readonly string[]): void {
    const seen = underWay.toSorted().join();
    if (seen === "") this.#unchanged = undefined;
    else this.#unchanged = seen === this.#underWay ? (this.#unchanged ?? 0) + 1 : 0;
    this.#underWay = seen;
  }
}
