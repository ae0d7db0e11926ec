/**
 * The log of received requests, for tests.
 *
 * @module
 */

/** How a request was answered: the status, or what a fault did instead. */
export type Outcome = number | "hang" | "drop";

/** A received request. */
export interface RecordedRequest {
  method: string;
  path: string;
  query: Record<string, string>;
  /** Names in lower case; includes Authorization. */
  headers: Record<string, string>;
  /** The body's text; undefined for a multipart body. */
  body: string | undefined;
  /** From the path, or from the body of a registry call. */
  workspaceId: string | undefined;
  /** Milliseconds since the epoch, by the platform's clock. */
  receivedAtMs: number;
  /** Resolves when the request was answered (or dropped, or its caller gave up). */
  answered: Promise<Outcome>;
}

type Match = (request: RecordedRequest) => boolean;

/** Keeps requests in the order in which they came. */
export class Recorder {
  #requests: RecordedRequest[] = [];
  readonly #waiting = new Set<(request: RecordedRequest) => void>();

  constructor(private readonly keep: boolean) {}

  get requests(): RecordedRequest[] {
    return this.#requests;
  }

  clear(): void {
    this.#requests = [];
  }

  add(request: RecordedRequest): void {
    if (this.keep) this.#requests.push(request);
    for (const tell of this.#waiting) tell(request);
  }

  /** The first request that comes from now on and matches. */
  next(match: Match): Promise<RecordedRequest> {
    const { promise, resolve } = Promise.withResolvers<RecordedRequest>();
    const tell = (request: RecordedRequest) => {
      if (!match(request)) return;
      this.#waiting.delete(tell);
      resolve(request);
    };
    this.#waiting.add(tell);
    return promise;
  }
}
