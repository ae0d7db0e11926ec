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
import { IdleFetchLimit } from "../fetching/idle_fetch_limit.ts";
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
import { Turns } from "./turns.ts";
import type { WaitingMessages } from "./waiting_messages.ts";

/** Beyond the first twenty, so much time for each single request that is read in vain. */
const READ_PACE_MS = 10_000;

/** What a look needs. */
export interface RequestLookOptions {
  readonly client: PlatformClient;
  readonly handled: HandledRequests;
  readonly told: ToldDecisions;
  readonly missed: MissedDecisions;
  readonly tagArrival: boolean;
  /** A monotonic clock in milliseconds. */
  readonly now?: (() => number) | undefined;
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
  /** How many single requests are read in vain; messages never wait for looks. */
  readonly #threadLimit: IdleFetchLimit;
  /** The same for those that may be closed: neither has to wait for the others. */
  readonly #endLimit: IdleFetchLimit;
  readonly #turns = new Turns();
  /** By the request: the last message to it, where that is the workspace's own. */
  readonly #unanswered = new Map<string, string>();
  #sawAll = true;

  constructor(options: RequestLookOptions, messages: WaitingMessages) {
    const { client, log, tagArrival, handled, now } = options;
    const workspaceId = client.workspace.id;
    this.#options = options;
    this.#threadLimit = new IdleFetchLimit(now, READ_PACE_MS);
    this.#endLimit = new IdleFetchLimit(now, READ_PACE_MS);
    this.#messages = messages;
    this.#arrival = { workspaceId, tagArrival };
    this.#reader = new OpenRequestReader(
      client,
      (id, error) =>
        log.problem(`Cannot read what was written to request ${id}: ${errorText(error)}`, {
          subject: `request ${id}`,
          kind: error.kind,
        }),
    );
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
    await this.#threads(open.asked, signal);
    const { held } = this.#ended;
    const underWay = [...held, ...this.#unanswered.values(), ...this.#options.missed.pending];
    return { all: this.#sawAll, underWay };
  }

  /** The look was worth its reads. */
  hasFound(): void {
    this.#threadLimit.refund();
    this.#endLimit.refund();
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
    const { missed, told } = this.#options;
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
      // The next look reads it.
      if (!this.#endLimit.hasCredit || !this.#hasRoomFor("agent")) return;
      this.#endLimit.spend();
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

  async #threads(asked: readonly PlatformRequest[], signal: AbortSignal): Promise<void> {
    const ids = new Set(asked.map(({ id }) => id));
    this.#turns.keep(ids);
    for (const id of this.#unanswered.keys()) if (!ids.has(id)) this.#unanswered.delete(id);
    for await (const thread of this.#reader.threads(this.#affordable(ids), signal)) {
      const { request, messages } = thread;
      // Closed meanwhile: the next look does not find it among the open ones.
      if (!isOpenRequest(request)) continue;
      await this.#written(thread);
      const last = messages.at(-1);
      const isOwn = last !== undefined && isWorkspace(last.author, this.#arrival.workspaceId);
      if (isOwn) this.#unanswered.set(request.id, last.id);
      else this.#unanswered.delete(request.id);
    }
  }

  /** As many as may be read now. */
  *#affordable(ids: Iterable<string>): Generator<string, void, undefined> {
    for (const id of this.#turns.inOrder(ids)) {
      if (!this.#threadLimit.hasCredit) return;
      this.#threadLimit.spend();
      this.#turns.took(id);
      yield id;
    }
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
    const { client } = this.#options;
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
