import type { PlatformClient } from "../../platform/client/client.ts";
import { PlatformError } from "../../platform/errors/platform_error.ts";
import { listPeers } from "../../platform/api/registry.ts";
import { isWorkspace, type Party, type PlatformRequest } from "../../platform/api/requests.ts";
import { errorText } from "../../lib/error_text.ts";
import type { Log } from "../../safety/log.ts";
import type { IdleFetchLimit } from "../fetching/idle_fetch_limit.ts";
import type { SaveText } from "../long_message.ts";
import type { InboxMessage } from "../message.ts";
import type { MessageQueue } from "../queue.ts";
import type { HandledRequests, RequestItem } from "./handled_requests.ts";
import { OpenRequestReader } from "./open_requests.ts";
import type { MissedDecisions } from "./missed_decisions.ts";
import { WaitingMessages } from "./waiting_messages.ts";
import type { ToldDecisions } from "./told_decisions.ts";
import {
  askedMessage,
  decidedMessage,
  type KnownPeers,
  writtenMessage,
} from "./request_message.ts";
import type { LookClock } from "./look_clock.ts";

/** What the look at the inbox of requests needs. */
export interface RequestWatchOptions {
  readonly client: PlatformClient;
  /** Shared by all workspaces. */
  readonly queue: MessageQueue;
  readonly handled: HandledRequests;
  readonly told: ToldDecisions;
  readonly missed: MissedDecisions;
  readonly saveText: SaveText;
  readonly tagArrival: boolean;
  /** Spent by each request, so that an idle inbox makes no more of them for it. */
  readonly idleFetchLimit: IdleFetchLimit;
  /** Called for each message that was queued; must not throw. */
  readonly onMessage: (message: InboxMessage) => void;
  /** Whether messages are fetched without trouble, so that trouble here is trouble of its own. */
  readonly fetching: () => boolean;
  readonly log: Log;
  readonly clock: Pick<LookClock, "first" | "next" | "wanted">;
}

/**
 * Brings what is asked of a workspace into the queue, and the answers to what it asked back: of
 * neither does the platform write a row (src/platform/API.md, "How a request reaches the asked").
 * Each is told once, durably (src/inbox/README.md, "Requests").
 */
export class RequestWatch {
  readonly #options: RequestWatchOptions;
  readonly #messages: WaitingMessages;
  readonly #reader: OpenRequestReader;
  /** Whether the last look saw all that is open. */
  #sawAll = true;
  #failures = 0;
  #failure = "";
  #isMissing = false;

  constructor(options: RequestWatchOptions) {
    const { client, idleFetchLimit, log } = options;
    this.#options = options;
    this.#reader = new OpenRequestReader(client, {
      onRequest: () => idleFetchLimit.spend(),
      onUnreadable: (id, error) =>
        log.problem(`Cannot read what was written to request ${id}: ${errorText(error)}`, {
          subject: `request ${id}`,
          kind: error.kind,
        }),
    });
    this.#messages = new WaitingMessages({
      ...options,
      workspaceId: options.client.workspace.id,
    });
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
      const foundNothing = !await this.#look(signal);
      const [failures, missing] = [this.#failures, this.#isMissing];
      await clock.next({ foundNothing, failures, missing }, signal);
    }
  }

  /** Ends delivery, after `run`: nothing is offered here any more, and pops under way are on disk. */
  async close(): Promise<void> {
    await this.#messages.close();
  }

  /** @returns whether it found anything */
  async #look(signal: AbortSignal): Promise<boolean> {
    const { client, log, idleFetchLimit } = this.#options;
    const { id } = client.workspace;
    const before = this.#messages.size;
    try {
      await this.#read(signal);
      this.#failures = 0;
      this.#isMissing = false;
      log.over(`requests ${id}`);
    } catch (error) {
      if (signal.aborted) return false;
      this.#isMissing = error instanceof PlatformError && error.kind === "not_routed";
      if (this.#isMissing) {
        this.#failures = 0;
        log.info(errorText(error), { subject: `requests ${id}` });
      } else this.#failed(error);
    }
    const isFound = this.#messages.size > before;
    if (isFound) idleFetchLimit.refund();
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

  async #read(signal: AbortSignal): Promise<void> {
    const { client, idleFetchLimit, tagArrival, missed, told } = this.#options;
    const open = await this.#reader.read(signal);
    this.#sawAll = open.complete;
    if (open.complete) this.#forgetAllBut(new Set(open.requests.map(({ id }) => id)));
    const arrival = { workspaceId: client.workspace.id, tagArrival };
    const isNew = ({ id }: PlatformRequest) => this.#isNew({ requestId: id });
    const peers = open.requests.some(isNew) ? await this.#peers(signal) : undefined;
    for (const request of open.requests) {
      const item = { requestId: request.id };
      await this.#add(item, request.requester, () => askedMessage(request, peers, arrival));
    }
    idleFetchLimit.spend();
    for (const request of await missed.look(signal)) {
      if (this.tellsDecision(request.id)) continue;
      const message = decidedMessage(request, arrival);
      await this.#messages.enter(message, { record: () => told.add(request.id) });
    }
    // Last: whoever asks may make a thread long, and the reading of it fail.
    for await (const { request, messages } of this.#reader.threads(open.asked, signal)) {
      for (const message of messages) {
        const { author } = message;
        if (isWorkspace(author, client.workspace.id)) continue;
        const item = { requestId: request.id, messageId: message.id };
        await this.#add(item, author, () => writtenMessage(request, message, arrival));
      }
    }
  }

  #forgetAllBut(requestIds: ReadonlySet<string>): void {
    this.#options.handled.keep(requestIds);
    this.#messages.dropUnlessOpen(requestIds);
  }

  /** @returns undefined when the platform does not say: nothing waits for it */
  async #peers(signal: AbortSignal): Promise<KnownPeers> {
    const { client, idleFetchLimit } = this.#options;
    idleFetchLimit.spend();
    try {
      const peers = await listPeers(client, signal);
      return new Map(peers.map((peer) => [peer.id.toLowerCase(), peer]));
    } catch (error) {
      if (error instanceof PlatformError) return undefined; // The message says so.
      throw error;
    }
  }

  #isNew(item: RequestItem): boolean {
    return this.#messages.get(idOf(item)) === undefined && !this.#options.handled.has(item);
  }

  async #add(item: RequestItem, { type }: Party, build: () => InboxMessage): Promise<void> {
    if (!this.#isNew(item)) return;
    if (!this.#messages.hasRoomFor(type)) this.offer();
    if (!this.#messages.hasRoomFor(type)) {
      // It stays open on the platform, and is seen again when there is room.
      this.#sawAll = false;
      return;
    }
    await this.#messages.enter(build(), {
      openRequestId: item.requestId,
      record: () => this.#options.handled.add(item),
    });
  }
}

/** The id of its message. */
function idOf({ requestId, messageId }: RequestItem): string {
  return messageId ?? requestId;
}
