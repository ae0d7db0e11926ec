import type { PlatformClient } from "../../platform/client/client.ts";
import { PlatformError } from "../../platform/errors/platform_error.ts";
import { listPeers } from "../../platform/api/registry.ts";
import type { PlatformRequest } from "../../platform/api/requests.ts";
import { errorText } from "../../lib/error_text.ts";
import { sleep } from "../../lib/sleep.ts";
import { WakeSignal } from "../../lib/wake_signal.ts";
import type { Log } from "../../safety/log.ts";
import type { IdleFetchLimit } from "../fetching/idle_fetch_limit.ts";
import { cutLongMessage, type SaveText } from "../long_message.ts";
import type { InboxMessage } from "../message.ts";
import type { MessageQueue } from "../queue.ts";
import type { HandledRequests, RequestItem } from "./handled_requests.ts";
import { readOpenRequests } from "./open_requests.ts";
import { askedMessage, writtenMessage } from "./request_message.ts";
import { LEAST_PAUSE_MS, lookPauseMs } from "./look_schedule.ts";

/** What the look at the inbox of requests needs. */
export interface RequestWatchOptions {
  readonly client: PlatformClient;
  /** Shared by all workspaces. */
  readonly queue: MessageQueue;
  readonly handled: HandledRequests;
  readonly saveText: SaveText;
  readonly tagArrival: boolean;
  /** Spent by each request, so that an idle inbox makes no more of them for it. */
  readonly idleFetchLimit: IdleFetchLimit;
  /** Called for each message that was queued; must not throw. */
  readonly onMessage: (message: InboxMessage) => void;
  /** Whether the event stream announces new requests. */
  readonly streaming: () => boolean;
  /** Whether messages are fetched without trouble, so that trouble here is trouble of its own. */
  readonly fetching: () => boolean;
  readonly log: Log;
  /** Milliseconds until the next look, and at least between two; only tests have others. */
  readonly pauseMs?: typeof lookPauseMs;
  readonly leastPauseMs?: number;
}

/** A request, or a message of one, that was not popped. */
interface Entry {
  readonly item: RequestItem;
  readonly message: InboxMessage;
  /** Otherwise it waits for room. */
  queued: boolean;
}

/**
 * Brings what is asked of a workspace into the queue, and the answers to what it asked back: of
 * neither does the platform write a row (src/platform/API.md, "How a request reaches the asked").
 * Each is told once, durably (src/inbox/README.md, "Requests").
 */
export class RequestWatch {
  readonly #options: RequestWatchOptions;
  readonly #wake = new WakeSignal();
  /** By the message's id. */
  readonly #entries = new Map<string, Entry>();
  readonly #pops = new Set<Promise<unknown>>();
  /** Whether the last look saw all that is open. */
  #sawAll = true;
  #failures = 0;
  #failure = "";
  #isMissing = false;

  constructor(options: RequestWatchOptions) {
    this.#options = options;
  }

  /** Why there may be requests that are not known here. */
  get problem(): string | undefined {
    return this.#failures > 1 ? this.#failure : undefined;
  }

  /** There may be a new one. */
  look(): void {
    this.#wake.wake();
  }

  /** The event stream is there again: what happened meanwhile made no event. */
  lookAgain(): void {
    if (!this.#isMissing) this.look();
  }

  /** There may be room for those that wait for it. */
  offer(): void {
    const { queue, client, onMessage } = this.#options;
    for (const entry of this.#entries.values()) {
      if (entry.queued) continue;
      if (!queue.offer(entry.message, client.workspace.id)) return;
      entry.queued = true;
      onMessage(entry.message);
    }
  }

  /**
   * Removes a message: on disk first, then from the queue.
   *
   * @returns false when it is not one of these
   * @throws when it could not be written; it is then still waiting
   */
  async pop(activityId: string): Promise<boolean> {
    const entry = this.#entries.get(activityId);
    if (!entry) return false;
    const pop = this.#options.handled.add(entry.item);
    this.#pops.add(pop);
    try {
      await pop;
    } finally {
      this.#pops.delete(pop);
    }
    // Another pop of it may have been faster.
    if (!this.#entries.delete(activityId)) return false;
    this.#options.queue.remove(activityId);
    if (!this.#sawAll) this.look();
    return true;
  }

  /** Looks again and again until the signal fires. Never throws. */
  async run(signal: AbortSignal): Promise<void> {
    const { pauseMs = lookPauseMs, leastPauseMs = LEAST_PAUSE_MS } = this.#options;
    const { streaming, queue } = this.#options;
    while (!signal.aborted) {
      this.#wake.clear();
      await this.#look(signal);
      await sleep(leastPauseMs, signal);
      const conditions = { failures: this.#failures, missing: this.#isMissing };
      await this.#wake.sleep(
        pauseMs({ ...conditions, streaming: streaming(), waiting: queue.waiting }, Math.random()),
        signal,
      );
    }
  }

  /** Ends delivery, after `run`: nothing is offered here any more, and pops under way are on disk. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#pops);
    for (const id of this.#entries.keys()) this.#options.queue.remove(id);
    this.#entries.clear();
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { client, log, idleFetchLimit } = this.#options;
    const { id } = client.workspace;
    const before = this.#entries.size;
    try {
      await this.#read(signal);
      this.#failures = 0;
      this.#isMissing = false;
      log.over(`requests ${id}`);
    } catch (error) {
      if (signal.aborted) return;
      this.#isMissing = error instanceof PlatformError && error.kind === "not_routed";
      if (this.#isMissing) {
        this.#failures = 0;
        log.info(errorText(error), { subject: `requests ${id}` });
      } else this.#failed(error);
    }
    if (this.#entries.size > before) idleFetchLimit.refund();
    this.offer();
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

  async #read(signal: AbortSignal): Promise<void> {
    const { client, idleFetchLimit, tagArrival } = this.#options;
    const open = await readOpenRequests(client, signal, () => idleFetchLimit.spend());
    this.#sawAll = open.complete;
    if (open.complete) this.#forgetAllBut(new Set(open.requests.map(({ id }) => id)));
    const arrival = { workspaceId: client.workspace.id, tagArrival };
    const isNew = ({ id }: PlatformRequest) => this.#isNew({ requestId: id });
    const peers = open.requests.some(isNew) ? await this.#peers(signal) : undefined;
    for (const request of open.requests) {
      const item = { requestId: request.id };
      await this.#add(item, () => askedMessage(request, peers, arrival));
    }
    for (const { request, messages } of open.threads) {
      for (const message of messages) {
        const { type, id } = message.author;
        if (type === "agent" && id === client.workspace.id) continue;
        const item = { requestId: request.id, messageId: message.id };
        await this.#add(item, () => writtenMessage(request, message, arrival));
      }
    }
  }

  #forgetAllBut(requestIds: ReadonlySet<string>): void {
    this.#options.handled.keep(requestIds);
    // Those that were settled before there was room to tell of them.
    for (const [id, { item, queued }] of this.#entries) {
      if (!queued && !requestIds.has(item.requestId)) this.#entries.delete(id);
    }
  }

  /** @returns undefined when the platform does not say: nothing waits for it */
  async #peers(signal: AbortSignal): Promise<ReadonlySet<string> | undefined> {
    const { client, idleFetchLimit } = this.#options;
    idleFetchLimit.spend();
    try {
      return new Set((await listPeers(client, signal)).map(({ id }) => id.toLowerCase()));
    } catch (error) {
      if (error instanceof PlatformError) return undefined; // The message says so.
      throw error;
    }
  }

  #isNew(item: RequestItem): boolean {
    return !this.#entries.has(idOf(item)) && !this.#options.handled.has(item);
  }

  async #add(item: RequestItem, build: () => InboxMessage): Promise<void> {
    if (!this.#isNew(item)) return;
    const message = await cutLongMessage(build(), this.#options.saveText);
    this.#entries.set(idOf(item), { item, message, queued: false });
  }
}

/** The id of its message. */
function idOf({ requestId, messageId }: RequestItem): string {
  return messageId ?? requestId;
}
