import { isWorkspace, type PlatformRequest } from "../../platform/api/requests.ts";
import type { HandledRequests } from "./handled_requests.ts";

/** How many of them are read at each look. */
const MAX_READ = 10;
/** Stands for a message's id where it is recorded that the end of a request was told. */
const ENDED = "closed";

/** What the search needs. */
export interface EndedRequestsOptions {
  readonly workspaceId: string;
  readonly handled: HandledRequests;
  /** The requests that messages are about which were not popped yet. */
  readonly waiting: () => ReadonlySet<string>;
  /** Whether the message that it was closed is not popped yet. */
  readonly isUntold: (requestId: string) => boolean;
}

/**
 * Finds out which of the requests that the agent was told of somebody else closed: it may be at work
 * on one, and the platform tells it nothing (src/platform/API.md, "How a request reaches the asked").
 */
export class EndedRequests {
  readonly #options: EndedRequestsOptions;
  /** Those whose end is known. */
  readonly #known = new Set<string>();
  /** Those that the look reads which is being made. */
  #reading = new Set<string>();

  constructor(options: EndedRequestsOptions) {
    this.#options = options;
  }

  /** The requests that the agent has, whether it has popped them or not. */
  get held(): ReadonlySet<string> {
    return this.#options.handled.requestIds.union(this.#options.waiting());
  }

  /**
   * Those that are not open any more, and whose end has to be read now.
   *
   * @param open all that are
   */
  unread(open: ReadonlySet<string>): readonly string[] {
    const unread = [...this.held.difference(open)].filter((id) => this.#isUnread(id));
    this.#reading = new Set(unread.slice(0, MAX_READ));
    return [...this.#reading];
  }

  /** It was found closed. @returns whether the agent has to be told */
  wasRead(request: PlatformRequest): boolean {
    const { id, responder, status } = request;
    if (!this.held.has(id) || !this.#isUnread(id)) return false;
    this.#known.add(id);
    const isOwn = responder && isWorkspace(responder, this.#options.workspaceId);
    return status === "cancelled" || !isOwn;
  }

  /** It is open after all, or there is no room for the message: the next look reads it. */
  readLater(requestId: string): void {
    this.#reading.delete(requestId);
  }

  /** All were read: those that were not there are gone, or cannot be read. */
  allRead(): void {
    for (const id of this.#reading) this.#known.add(id);
  }

  /** The agent was told that it is closed. @throws the file system's errors */
  told(requestId: string): Promise<void> {
    return this.#options.handled.add({ requestId, messageId: ENDED });
  }

  /**
   * Forgets what nothing depends on any more.
   *
   * @param open all requests that are open
   */
  forget(open: ReadonlySet<string>): void {
    const { handled, waiting, isUntold } = this.#options;
    const needed = waiting().union(open);
    const isKept = (id: string) => needed.has(id) || this.#isUnread(id) || isUntold(id);
    handled.keep(new Set([...this.held].filter(isKept)));
    for (const id of this.#known) if (open.has(id) || !this.held.has(id)) this.#known.delete(id);
  }

  #isUnread(requestId: string): boolean {
    const isTold = this.#options.handled.has({ requestId, messageId: ENDED });
    return !isTold && !this.#known.has(requestId);
  }
}
