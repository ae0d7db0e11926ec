import type { JSONRPCMessage, RequestId } from "../sdk.ts";

/** The client's unanswered requests, as seen from the messages in both directions. */
export class Unanswered {
  /** Method by id. */
  readonly #open = new Map<unknown, string>();
  readonly #waiting: (() => void)[] = [];

  get isEmpty(): boolean {
    return this.#open.size === 0;
  }

  /** Whether a request with this id has no answer yet. */
  has(id: RequestId): boolean {
    return this.#open.has(id);
  }

  /** The method of the request with this id that has no answer yet. */
  methodOf(id: RequestId): string | undefined {
    return this.#open.get(id);
  }

  /** A message from the client. A cancelled request gets no answer. */
  received(message: JSONRPCMessage): void {
    if (!("method" in message)) return;
    if ("id" in message) this.#open.set(message.id, message.method);
    else if (message.method === "notifications/cancelled") {
      this.#done(message.params?.requestId);
    }
  }

  /** A message to the client. */
  sent(message: JSONRPCMessage): void {
    if (!("method" in message)) this.#done(message.id);
  }

  /** Resolves when every request has its answer. */
  async none(): Promise<void> {
    if (this.#open.size === 0) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #done(id: unknown): void {
    this.#open.delete(id);
    if (this.#open.size > 0) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
