import type { InboxMessage } from "./message.ts";

/** Messages held for the agent at most; more wait on the platform (design.md, Inbox). */
const CAPACITY = 200;

interface Waiter {
  resolve(message: InboxMessage | undefined): void;
}

/**
 * The waiting messages of all workspaces, oldest first. Bounded: a full queue refuses, nothing is
 * ever dropped.
 */
export class MessageQueue {
  readonly #capacity: number;
  readonly #messages = new Map<string, InboxMessage>();
  readonly #waiters = new Set<Waiter>();
  readonly #removalWaiters = new Set<() => void>();
  readonly #onWaiting: () => void;

  /** @param options.onWaiting called when a wait begins, so that pollers can hurry */
  constructor(options: { capacity?: number; onWaiting?: () => void } = {}) {
    this.#capacity = options.capacity ?? CAPACITY;
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
   * Appends a message; one that is queued already stays where it is.
   *
   * @returns false when the queue is full
   */
  offer(message: InboxMessage): boolean {
    if (this.#messages.has(message.activity_id)) return true;
    if (this.#messages.size >= this.#capacity) return false;
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
    const removed = this.#messages.delete(activityId);
    if (removed) { for (const notify of [...this.#removalWaiters]) notify(); }
    return removed;
  }

  #head(): InboxMessage | undefined {
    for (const message of this.#messages.values()) return message;
    return undefined;
  }
}
