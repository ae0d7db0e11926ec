import { errorText } from "../../lib/error_text.ts";
import type { PlatformClient } from "../../platform/client/client.ts";
import { PlatformError } from "../../platform/errors/platform_error.ts";
import { listPeers } from "../../platform/api/registry.ts";
import {
  isOpenRequest,
  isWorkspace,
  type Party,
  type PlatformRequest,
  type RequestThread,
} from "../../platform/api/requests.ts";
import type { Log } from "../../safety/log.ts";
import type { IdleFetchLimit } from "../fetching/idle_fetch_limit.ts";
import type { InboxMessage } from "../message.ts";
import { EndedRequests } from "./ended_requests.ts";
import type { HandledRequests, RequestItem } from "./handled_requests.ts";
import type { MissedDecisions } from "./missed_decisions.ts";
import { OpenRequestReader } from "./open_requests.ts";
import {
  type Arrival,
  askedMessage,
  closedMessage,
  closedMessageId,
  decidedMessage,
  type KnownPeers,
  writtenMessage,
} from "./request_message.ts";
import type { ToldDecisions } from "./told_decisions.ts";
import type { WaitingMessages } from "./waiting_messages.ts";

/** What a look needs. */
export interface RequestLookOptions {
  readonly client: PlatformClient;
  readonly handled: HandledRequests;
  readonly told: ToldDecisions;
  readonly missed: MissedDecisions;
  readonly tagArrival: boolean;
  /** Spent by each call. Not that of the messages: those must never wait for looks. */
  readonly lookLimit: IdleFetchLimit;
  readonly log: Log;
}

/** What a look has seen. */
export interface Seen {
  /** Whether it took in all that is open. */
  readonly all: boolean;
  /** Ids of what is under way, and of whose end nothing may tell. */
  readonly underWay: readonly string[];
}

/**
 * One look at what the platform has of requests, whose findings go to the messages that wait. Of none
 * of them does the platform write a row (src/platform/API.md, "How a request reaches the asked").
 */
export class RequestLook {
  readonly #options: RequestLookOptions;
  readonly #messages: WaitingMessages;
  readonly #reader: OpenRequestReader;
  readonly #ended: EndedRequests;
  readonly #arrival: Arrival;
  #sawAll = true;

  constructor(options: RequestLookOptions, messages: WaitingMessages) {
    const { client, lookLimit, log, tagArrival, handled } = options;
    const workspaceId = client.workspace.id;
    this.#options = options;
    this.#messages = messages;
    this.#arrival = { workspaceId, tagArrival };
    this.#reader = new OpenRequestReader(client, {
      onRequest: () => lookLimit.spend(),
      onUnreadable: (id, error) =>
        log.problem(`Cannot read what was written to request ${id}: ${errorText(error)}`, {
          subject: `request ${id}`,
          kind: error.kind,
        }),
    });
    this.#ended = new EndedRequests({
      handled,
      workspaceId,
      waiting: () => messages.requestIds,
      isUntold: (id) => messages.get(closedMessageId(id)) !== undefined,
    });
  }

  /** @throws {PlatformError}; what was found before is taken in all the same */
  async make(signal: AbortSignal): Promise<Seen> {
    const open = await this.#reader.read(signal);
    this.#sawAll = open.complete;
    const openIds = new Set(open.requests.map(({ id }) => id));
    if (open.complete) this.#messages.dropUnlessOpen(openIds);
    await this.#asked(open.requests, signal);
    await this.#decided(signal);
    await this.#unlisted(openIds, signal);
    this.#ended.forget(openIds);
    // Last: whoever asks may make a thread long, and the reading of it fail.
    const unanswered = await this.#threads(open.asked, signal);
    const underWay = [...this.#ended.held, ...unanswered, ...this.#options.missed.pending];
    return { all: this.#sawAll, underWay };
  }

  async #asked(open: readonly PlatformRequest[], signal: AbortSignal): Promise<void> {
    const isNew = ({ id }: PlatformRequest) => this.#isNew({ requestId: id });
    const peers = open.some(isNew) ? await this.#peers(signal) : undefined;
    for (const request of open) {
      const item = { requestId: request.id };
      await this.#add(item, request.requester, () => askedMessage(request, peers, this.#arrival));
    }
  }

  /** How requests of this workspace ended, where no row tells it. */
  async #decided(signal: AbortSignal): Promise<void> {
    const { lookLimit, missed, told } = this.#options;
    lookLimit.spend();
    for (const request of await missed.look(signal)) {
      const message = request.status === "cancelled"
        ? closedMessage(request, this.#arrival)
        : decidedMessage(request, this.#arrival);
      if (this.#messages.get(message.activity_id) || told.has(request.id)) continue;
      await this.#messages.enter(message, { record: () => told.add(request.id) });
    }
  }

  /** Of what the agent has: whether what the platform does not list as open was closed by others. */
  async #unlisted(listed: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    for (const id of this.#ended.toRead(listed)) {
      // The next look reads it, when there is room again.
      if (!this.#hasRoomFor("agent")) return;
      const request = await this.#reader.unlisted(id, signal);
      if (request === "gone") this.#ended.isGone(id);
      else if (request === "unreadable") this.#ended.isUnreadable(id);
      else if (isOpenRequest(request)) this.#ended.isOpen(id);
      else if (this.#ended.isClosed(request)) {
        const record = () => this.#ended.told(id);
        await this.#messages.enter(closedMessage(request, this.#arrival), { record });
      }
    }
  }

  /** @returns the last messages that are the workspace's own: somebody may answer them */
  async #threads(asked: readonly PlatformRequest[], signal: AbortSignal): Promise<string[]> {
    const unanswered: string[] = [];
    const ids = asked.map(({ id }) => id);
    for await (const thread of this.#reader.threads(ids, signal)) {
      // Closed meanwhile: the next look does not find it among the open ones.
      if (!isOpenRequest(thread.request)) continue;
      await this.#written(thread);
      const last = thread.messages.at(-1);
      if (last && isWorkspace(last.author, this.#arrival.workspaceId)) unanswered.push(last.id);
    }
    return unanswered;
  }

  async #written({ request, messages }: RequestThread): Promise<void> {
    for (const message of messages) {
      const { author } = message;
      if (isWorkspace(author, this.#arrival.workspaceId)) continue;
      const item = { requestId: request.id, messageId: message.id };
      await this.#add(item, author, () => writtenMessage(request, message, this.#arrival));
    }
  }

  /** @returns undefined when the platform does not say: nothing waits for it */
  async #peers(signal: AbortSignal): Promise<KnownPeers> {
    const { client, lookLimit } = this.#options;
    lookLimit.spend();
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
    if (!this.#hasRoomFor(type)) {
      // It stays open on the platform, and is seen again when there is room.
      this.#sawAll = false;
      return;
    }
    await this.#messages.enter(build(), {
      openRequestId: item.requestId,
      record: () => this.#options.handled.add(item),
    });
  }

  #hasRoomFor(by: Party["type"]): boolean {
    if (!this.#messages.hasRoomFor(by)) this.#messages.offer();
    return this.#messages.hasRoomFor(by);
  }
}

/** The id of its message. */
function idOf({ requestId, messageId }: RequestItem): string {
  return messageId ?? requestId;
}
