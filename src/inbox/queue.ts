import type { InboxMessage } from "./message.ts";

/** Messages held for the agent at most; more wait on the platform (design.md, Inbox). */
const CAPACITY = 200;
/** Memory for what the waiting messages say: 200 huge ones would not fit a small machine. */
const CAPACITY_BYTES = 32 * 1024 * 1024;

interface Waiter {
  resolve(message: InboxMessage | undefined): void;
}

/**
 * The waiting messages of all workspaces, oldest first. Bounded, by number and by bytes: a full
 * queue refuses, nothing is ever dropped.
 */
export class MessageQueue {
  readonly #capacity: number;
  readonly #capacityBytes: number;
  #bytes = 0;
  readonly #messages = new Map<string, InboxMessage>();
  readonly #waiters = new Set<Waiter>();
  readonly #removalWaiters = new Set<() => void>();
  readonly #onWaiting: () => void;

  /**
   * @param options.capacity messages; 200 unless given
   * @param options.capacityBytes texts and attachments together; 32 MiB unless given
   * @param options.onWaiting called when a wait begins, so that pollers can hurry
   */
  constructor(
    options: { capacity?: number; capacityBytes?: number; onWaiting?: () => void } = {},
  ) {
    this.#capacity = options.capacity ?? CAPACITY;
    this.#capacityBytes = options.capacityBytes ?? CAPACITY_BYTES;
    this.#onWaiting = options.onWaiting ?? (() => {});
  }

  get size(): number {
    return this.#messages.size;
  }

  /** Whether a `wait` is pending. */
  get waiting(): boolean {
    return this.#waiters.size > 0;
  }

  has(activityId: string): boolean {
    return this.#messages.has(activityId);
  }

  /**
   * Appends a message; one that is queued already stays where it is. An empty queue takes a message
   * of any size.
   *
   * @returns false when the queue is full, by number or by bytes
   */
  offer(message: InboxMessage): boolean {
    if (this.#messages.has(message.activity_id)) return true;
    if (this.#messages.size >= this.#capacity) return false;
    const bytes = this.#bytes + bytesOf(message);
    if (this.#messages.size > 0 && bytes > this.#capacityBytes) return false;
    this.#bytes = bytes;
    this.#messages.set(message.activity_id, message);
    for (const waiter of [...this.#waiters]) waiter.resolve(this.#head());
    return true;
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

  /** The oldest messages, at most `limit`. */
  peek(limit: number): readonly InboxMessage[] {
    const found: InboxMessage[] = [];
    for (const message of this.#messages.values()) {
      if (found.length >= limit) break;
      found.push(message);
    }
    return found;
  }

  /**
   * The oldest message, which stays queued; `undefined` when none came in time or the signal fired.
   * Any number of waits can be pending; each gets the message.
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
      const timer = setTimeout(() => finish(undefined), timeoutMs);
      signal.addEventListener("abort", onAbort);
      this.#waiters.add(waiter);
      this.#onWaiting();
    });
  }

  /** @returns whether the message was there */
  remove(activityId: string): boolean {
    const message = this.#messages.get(activityId);
    if (message === undefined) return false;
    this.#messages.delete(activityId);
    this.#bytes -= bytesOf(message);
    for (const notify of [...this.#removalWaiters]) notify();
    return true;
  }

  #head(): InboxMessage | undefined {
    for (const message of this.#messages.values()) return message;
    return undefined;
  }
}

/** What a sender can make long, at two bytes a character. */
function bytesOf({ text, attachments = [] }: InboxMessage): number {
  const files = attachments.flatMap(({ kind, uri = "", mime_type = "", name = "" }) => [
    kind,
    uri,
    mime_type,
    name,
  ]);
  return 2 * [text, ...files].reduce((sum, part) => sum + part.length, 0);
}
