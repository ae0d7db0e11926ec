import { cutLongMessage, type SaveText } from "../long_message.ts";
import type { InboxMessage } from "../message.ts";
import { isFromUser, type MessageQueue } from "../queue.ts";

/**
 * How many users' messages, and as many others, may wait for room in the queue: each may be long, and
 * have a file. Somebody who asks without end must not fill memory and disk with them.
 */
const MAX_WITHOUT_ROOM = 50;

/** What these messages need. */
export interface WaitingMessagesOptions {
  readonly workspaceId: string;
  /** Shared by all workspaces. */
  readonly queue: MessageQueue;
  readonly saveText: SaveText;
  /** Called for each message that was queued; must not throw. */
  readonly onMessage: (message: InboxMessage) => void;
}

/** How a message is kept. */
export interface Keeping {
  /** The request that it is about, if that has to be open. */
  readonly openRequestId?: string;
  /** Records on disk that it was popped. */
  readonly record: () => Promise<void>;
}

interface Entry extends Keeping {
  readonly message: InboxMessage;
  /** Otherwise it waits for room. */
  queued: boolean;
}

/** Messages that no row of the log holds: in the queue, or waiting for room in it, until popped. */
export class WaitingMessages {
  readonly #options: WaitingMessagesOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #pops = new Set<Promise<void>>();

  constructor(options: WaitingMessagesOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The message with this id. */
  get(id: string): InboxMessage | undefined {
    return this.#entries.get(id)?.message;
  }

  /** Whether another message by a user, or by an agent, may be taken in. */
  hasRoomFor(by: "user" | "agent"): boolean {
    let waiting = 0;
    for (const { queued, message } of this.#entries.values()) {
      if (!queued && isFromUser(message) === (by === "user")) waiting += 1;
    }
    return waiting < MAX_WITHOUT_ROOM;
  }

  /** The requests that they are about, if these have to be open. */
  get requestIds(): ReadonlySet<string> {
    const entries = [...this.#entries.values()];
    return new Set(entries.flatMap(({ openRequestId }) => openRequestId ?? []));
  }

  /** Takes a message in; `offer` queues it. */
  async enter(whole: InboxMessage, keeping: Keeping): Promise<void> {
    const message = await cutLongMessage(whole, this.#options.saveText);
    this.#entries.set(message.activity_id, { ...keeping, message, queued: false });
  }

  /** Queues those that there is room for. */
  offer(): void {
    const { queue, workspaceId, onMessage } = this.#options;
    for (const entry of this.#entries.values()) {
      if (entry.queued) continue;
      if (!queue.offer(entry.message, workspaceId)) return;
      entry.queued = true;
      onMessage(entry.message);
    }
  }

  /** Drops those about other requests, which were settled before there was room to tell of them. */
  dropUnlessOpen(requestIds: ReadonlySet<string>): void {
    for (const [id, { openRequestId, queued }] of this.#entries) {
      const isClosed = openRequestId !== undefined && !requestIds.has(openRequestId);
      if (!queued && isClosed) this.#entries.delete(id);
    }
  }

  /**
   * Removes a message: on disk first, then from the queue.
   *
   * @returns false when it is not one of these
   * @throws when it could not be written; it is then still waiting
   */
  async pop(id: string): Promise<boolean> {
    const entry = this.#entries.get(id);
    if (!entry) return false;
    const pop = entry.record();
    this.#pops.add(pop);
    try {
      await pop;
    } finally {
      this.#pops.delete(pop);
    }
    // Another pop of it may have been faster.
    if (!this.#entries.delete(id)) return false;
    this.#options.queue.remove(id);
    return true;
  }

  /** Offers none of them any more; pops under way are then on disk. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#pops);
    for (const id of this.#entries.keys()) this.#options.queue.remove(id);
    this.#entries.clear();
  }
}
