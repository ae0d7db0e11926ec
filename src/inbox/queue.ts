import type { InboxMessage } from "./message.ts";

/** How many users' messages are held for the agent; more wait on the platform. */
const CAPACITY = 200;
/** The memory that they may take: 200 huge ones would not fit on a small machine. */
const CAPACITY_BYTES = 32 * 1024 * 1024;
/** Peers' messages have their own share, this large in relation, in addition. */
const PEERS_PART = 1 / 2;
/** Each workspace has room for this many, however many share the queue. */
const LEAST_CAPACITY = 10;

interface Waiter {
  resolve(message: InboxMessage | undefined): void;
}

/** What one workspace's users, or its peers, have in the queue. */
interface Share {
  readonly capacity: number;
  readonly capacityBytes: number;
  count: number;
  bytes: number;
}

interface Entry {
  readonly message: InboxMessage;
  readonly share: Share;
  readonly bytes: number;
}

/** Whether the message, or the decision, is a user's: it is handed out before those of other agents. */
export function isFromUser({ kind, by }: InboxMessage): boolean {
  return kind === "canvas_user" || by === "user";
}

/**
 * The waiting messages of all workspaces: users' first, then peers', oldest first in each. It is
 * limited in number and bytes, separately for each workspace's users and peers, so that nobody
 * takes up another's room. A full share refuses messages; nothing is ever dropped.
 */
export class MessageQueue {
  readonly #capacity: number;
  readonly #capacityBytes: number;
  readonly #workspaces: number;
  readonly #fromUsers = new Map<string, Entry>();
  readonly #fromPeers = new Map<string, Entry>();
  readonly #shares = new Map<string, Share>();
  readonly #waiters = new Set<Waiter>();
  readonly #removalWaiters = new Set<() => void>();
  readonly #onWaiting: () => void;

  /**
   * @param options.capacity users' messages; default 200; peers have room for half as many in
   * addition
   * @param options.capacityBytes texts and attachments together; default 32 MiB, and half for peers
   * @param options.workspaces how many share the queue, in equal parts; default 1
   * @param options.onWaiting called when a wait begins, so that pollers fetch at once
   */
  constructor(
    options: {
      capacity?: number;
      capacityBytes?: number;
      workspaces?: number;
      onWaiting?: () => void;
    } = {},
  ) {
    this.#capacity = options.capacity ?? CAPACITY;
    this.#capacityBytes = options.capacityBytes ?? CAPACITY_BYTES;
    this.#workspaces = options.workspaces ?? 1;
    this.#onWaiting = options.onWaiting ?? (() => {});
  }

  /** Whether a `wait` is pending. */
  get waiting(): boolean {
    return this.#waiters.size > 0;
  }

  /**
   * Appends a message; one that is already queued stays where it is. An empty share accepts a
   * message of any size.
   *
   * @param workspaceId where it arrived
   * @returns false when its share is full, by number or by bytes
   */
  offer(message: InboxMessage, workspaceId = ""): boolean {
    const id = message.activity_id;
    if (this.#fromUsers.has(id) || this.#fromPeers.has(id)) return true;
    const fromUser = isFromUser(message);
    const share = this.#share(workspaceId, fromUser);
    const bytes = bytesOf(message);
    if (share.count >= share.capacity) return false;
    if (share.count > 0 && share.bytes + bytes > share.capacityBytes) return false;
    share.count += 1;
    share.bytes += bytes;
    const messages = fromUser ? this.#fromUsers : this.#fromPeers;
    messages.set(id, { message, share, bytes });
    for (const waiter of [...this.#waiters]) waiter.resolve(this.#head());
    return true;
  }

  /**
   * How many more messages from the workspace's peers may fit; 0 until there is enough room to be
   * worth a request.
   */
  roomForPeers(workspaceId = ""): number {
    const { capacity, capacityBytes, count, bytes } = this.#share(workspaceId, false);
    return count <= capacity / 2 && bytes <= capacityBytes / 2 ? capacity - count : 0;
  }

  /** Resolves at the next removal, or when the signal fires. */
  nextRemoval(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        signal.removeEventListener("abort", done);
        this.#removalWaiters.delete(done);
        resolve();
      };
      signal.addEventListener("abort", done);
      this.#removalWaiters.add(done);
    });
  }

  /** The first messages, at most `limit`: users' first, then peers', oldest first in each. */
  peek(limit: number): readonly InboxMessage[] {
    const found: InboxMessage[] = [];
    for (const messages of [this.#fromUsers, this.#fromPeers]) {
      for (const { message } of messages.values()) {
        if (found.length >= limit) return found;
        found.push(message);
      }
    }
    return found;
  }

  /**
   * The first message, which stays queued; `undefined` when none arrived in time or the signal
   * fired. Any number of waits can be pending; each gets the message.
   */
  wait(timeoutMs: number, signal: AbortSignal): Promise<InboxMessage | undefined> {
    const head = this.#head();
    if (head || signal.aborted) return Promise.resolve(head);
    return new Promise((resolve) => {
      const finish = (message: InboxMessage | undefined) => {
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
        this.#waiters.delete(waiter);
        resolve(message);
      };
      const waiter: Waiter = { resolve: finish };
      const onAbort = () => finish(undefined);
      const timer = setTimeout(() => finish(undefined), Math.max(0, timeoutMs));
      signal.addEventListener("abort", onAbort);
      this.#waiters.add(waiter);
      this.#onWaiting();
    });
  }

  /** @returns whether the message was there */
  remove(activityId: string): boolean {
    const entry = this.#fromUsers.get(activityId) ?? this.#fromPeers.get(activityId);
    if (entry === undefined) return false;
    this.#fromUsers.delete(activityId);
    this.#fromPeers.delete(activityId);
    entry.share.count -= 1;
    entry.share.bytes -= entry.bytes;
    for (const notify of [...this.#removalWaiters]) notify();
    return true;
  }

  #head(): InboxMessage | undefined {
    return this.peek(1)[0];
  }

  #share(workspaceId: string, ofUsers: boolean): Share {
    const key = `${ofUsers ? "users" : "peers"} ${workspaceId}`;
    const known = this.#shares.get(key);
    if (known) return known;
    const part = (ofUsers ? 1 : PEERS_PART) / this.#workspaces;
    const least = Math.min(LEAST_CAPACITY, this.#capacity);
    const share = {
      capacity: Math.max(least, Math.floor(this.#capacity * part)),
      capacityBytes: this.#capacityBytes * part,
      count: 0,
      bytes: 0,
    };
    this.#shares.set(key, share);
    return share;
  }
}

/** The size of the parts that a sender can make long, at two bytes a character. */
function bytesOf({ text, attachments = [], note = "" }: InboxMessage): number {
  const files = attachments.flatMap((file) => Object.values(file));
  return 2 * [text, note, ...files].reduce((sum, part) => sum + part.length, 0);
}
