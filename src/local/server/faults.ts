/**
 * Faults that a test switches on: before a request is handled, or after it took effect.
 *
 * @module
 */
import type { RecordedRequest } from "./recorder.ts";

/**
 * What happens instead: an answer, no answer until the caller gives up (`hang`), a connection cut
 * without a byte (`drop`), or nothing special (undefined).
 */
export type FaultOutcome = Response | "hang" | "drop" | undefined;

/** Decides about a request before it is handled. */
export type Fault = (request: RecordedRequest) => FaultOutcome | Promise<FaultOutcome>;

/** Decides about an answer after the request took effect. */
export type AfterFault = (
  request: RecordedRequest,
  response: Response,
) => FaultOutcome | Promise<FaultOutcome>;

/** The faults that are switched on. The first with an outcome decides. */
export class Faults {
  readonly #before = new Set<Fault>();
  readonly #after = new Set<AfterFault>();
  readonly #outages = new Set<symbol>();

  /** Switches on a fault before requests are handled, until the returned function is called. */
  use(fault: Fault): () => void {
    this.#before.add(fault);
    return () => void this.#before.delete(fault);
  }

  /** Switches on a fault after requests took effect, until the returned function is called. */
  after(fault: AfterFault): () => void {
    this.#after.add(fault);
    return () => void this.#after.delete(fault);
  }

  /**
   * Takes the platform's database away, until the returned function is called. As on the real
   * platform every token check then answers 401, even to a valid token; endpoints that check none
   * (heartbeat, register, a workspace's record) answer 500; peers and discover answer 503 in N3,
   * 500 in N1. Open event streams stay open.
   */
  database(): () => void {
    const outage = Symbol();
    this.#outages.add(outage);
    return () => void this.#outages.delete(outage);
  }

  /** Whether {@linkcode database} is switched on. */
  get databaseIsAway(): boolean {
    return this.#outages.size > 0;
  }

  /** Switches all faults off. */
  clear(): void {
    this.#outages.clear();
    this.#before.clear();
    this.#after.clear();
  }

  /** What the faults make of a request. */
  async beforeHandling(request: RecordedRequest): Promise<FaultOutcome> {
    for (const fault of this.#before) {
      const outcome = await fault(request);
      if (outcome !== undefined) return outcome;
    }
    return undefined;
  }

  /** What the faults make of an answer. */
  async afterHandling(request: RecordedRequest, response: Response): Promise<FaultOutcome> {
    for (const fault of this.#after) {
      const outcome = await fault(request, response);
      if (outcome !== undefined) return outcome;
    }
    return undefined;
  }
}

/** An answer whose connection ends before its body does; see {@linkcode truncated}. */
export class TruncatedResponse extends Response {
  constructor(readonly sent: string, status: number) {
    super(sent, { status });
  }

  /** What goes over the wire: it announces more bytes than it brings. */
  get wireText(): string {
    const announced = new TextEncoder().encode(this.sent).length + 1_000;
    return `HTTP/1.1 ${this.status} Truncated\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${announced}\r\n\r\n${this.sent}`;
  }
}

/**
 * An answer whose body breaks off: it announces more bytes than it sends, then the connection
 * ends.
 *
 * @param sent The text that arrives
 */
export function truncated(sent: string, status = 200): Response {
  return new TruncatedResponse(sent, status);
}
