import { isWorkspace, type PlatformRequest } from "../../platform/api/requests.ts";
import type { HandledRequests } from "./handled_requests.ts";
import { Turns } from "./turns.ts";

/** How many of them are read at each look. */
const MAX_READ = 10;
/**
 * After so many failures to read one, which take more than an hour, it is given up: somebody may have
 * made it too long.
 */
const MAX_FAILURES = 20;
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
  /** Those whose end is known, or given up. */
  readonly #known = new Set<string>();
  readonly #turns = new Turns();
  readonly #failures = new Map<string, number>();

  constructor(options: EndedRequestsOptions) {
    this.#options = options;
  }

  /** The requests that the agent has, whether it has popped them or not. */
  get held(): ReadonlySet<string> {
    return this.#options.handled.requestIds.union(this.#options.waiting());
  }

  /**
   * Those that the platform does not list as open, of which it has to be read now whether they are.
   *
   * @param listed the open ones that it lists
   */
  toRead(listed: ReadonlySet<string>): readonly string[] {
    const unknown = [...this.held.difference(listed)].filter((id) => this.#isUnknown(id));
    return this.#turns.inOrder(unknown).slice(0, MAX_READ);
  }

  /** One was read, and is open. */
  isOpen(requestId: string): void {
    this.#failures.delete(requestId);
    this.#turns.took(requestId);
  }

  /** One is closed. @returns whether the agent has to be told */
  isClosed({ id, responder, status }: PlatformRequest): boolean {
    if (!this.held.has(id) || !this.#isUnknown(id)) return false;
    this.#known.add(id);
    const isOwn = responder && isWorkspace(responder, this.#options.workspaceId);
    return status === "cancelled" || !isOwn;
  }

  /** The platform does not know it any more. */
  isGone(requestId: string): void {
    this.#known.add(requestId);
  }

  /** It could not be read: the others come first the next time. */
  isUnreadable(requestId: string): void {
    const failures = (this.#failures.get(requestId) ?? 0) + 1;
    this.#failures.set(requestId, failures);
    this.#turns.took(requestId);
    if (failures >= MAX_FAILURES) this.#known.add(requestId);
  }

  /** The agent was told that it is closed. @throws the file system's errors */
  told(requestId: string): Promise<void> {
    return this.#options.handled.add({ requestId, messageId: ENDED });
  }

  /**
   * Forgets what nothing depends on any more.
   *
   * @param listed the open requests that the platform lists
   */
  forget(listed: ReadonlySet<string>): void {
    const { handled, waiting, isUntold } = this.#options;
    const needed = waiting().union(listed);
    const isKept = (id: string) => needed.has(id) || this.#isUnknown(id) || isUntold(id);
    handled.keep(new Set([...this.held].filter(isKept)));
    const { held } = this;
    this.#turns.keep(held);
    for (const ids of [this.#known, this.#failures]) {
      for (const id of ids.keys()) if (!held.has(id)) ids.delete(id);
    }
  }

  #isUnknown(requestId: string): boolean {
    const isTold = this.#options.handled.has({ requestId, messageId: ENDED });
    return !isTold && !this.#known.has(requestId);
  }
}
