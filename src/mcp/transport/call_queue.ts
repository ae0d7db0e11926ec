import type { JSONRPCRequest, RequestId } from "../sdk.ts";

/** The bounds on calls that have no answer yet. */
export interface CallLimits {
  /** How many calls may hold a place at the same time. */
  readonly maxRunning: number;
  /** How many calls may be unanswered, running or not. */
  readonly maxOpen: number;
  /** Limit for all unanswered calls together, in characters as received. */
  readonly maxLength: number;
  /** A call that takes longer is waiting for somebody else, and gives up its place. */
  readonly placeMs: number;
}

const LIMITS: CallLimits = {
  maxRunning: 64,
  maxOpen: 1_064,
  maxLength: 64 * 1024 * 1024,
  placeMs: 100,
};

interface OpenCall {
  readonly request: JSONRPCRequest;
  readonly length: number;
  /** While it has a place. */
  place: ReturnType<typeof setTimeout> | undefined;
}

/**
 * Hands calls on, a limited number at a time. The limit is on work in progress (sockets being
 * opened, answers being read), not on waiting: a call that has no answer after a tenth of a second
 * is waiting for a message, a peer or the platform, and gives its place to the next. So 64 calls of
 * wait_for_message delay a list_peers only for a moment. The number of unanswered calls has a limit
 * of its own, beyond which calls are refused, since an endless queue helps nobody.
 */
export class CallQueue {
  readonly #hand: (request: JSONRPCRequest) => void;
  readonly #mayStart: () => boolean;
  readonly #limits: CallLimits;
  readonly #open = new Map<RequestId, OpenCall>();
  readonly #waiting = new Set<OpenCall>();
  #count = 0;
  #length = 0;
  #running = 0;

  /**
   * @param hand must not throw
   * @param options.mayStart whether another call may be started now: see `start`
   */
  constructor(
    hand: (request: JSONRPCRequest) => void,
    options: { mayStart?: () => boolean; limits?: Partial<CallLimits> } = {},
  ) {
    this.#hand = hand;
    this.#mayStart = options.mayStart ?? (() => true);
    this.#limits = { ...LIMITS, ...options.limits };
  }

  /**
   * Why another call cannot be accepted, or `undefined` when it can.
   *
   * @param length of its line, in characters
   */
  refusal(length: number): string | undefined {
    const { maxOpen, maxLength } = this.#limits;
    if (this.#count >= maxOpen) {
      return `Too many calls: ${maxOpen} have no answer yet. Wait for some of them, or cancel them, ` +
        "and call again";
    }
    // A single call may be as long as a line may be.
    if (this.#count > 0 && this.#length + length > maxLength) {
      return `Too many calls: those without an answer would be longer than ${maxLength} characters ` +
        "together. Wait for some of them, or cancel them, and call again";
    }
    return undefined;
  }

  /**
   * Hands the call on, now or later. Requires that no other call is open under its id, and that
   * there is no `refusal`.
   *
   * @param length of its line, in characters
   */
  take(request: JSONRPCRequest, length: number): void {
    const call: OpenCall = { request, length, place: undefined };
    this.#open.set(request.id, call);
    this.#waiting.add(call);
    this.#count += 1;
    this.#length += length;
    this.start();
  }

  /** The call with this id has been answered. Other ids are ignored. */
  answered(id: RequestId): void {
    this.#end(id);
  }

  /**
   * The call with this id is cancelled and gets no answer.
   *
   * @returns whether it was never handed on
   */
  cancelled(id: RequestId): boolean {
    return this.#end(id);
  }

  /** Starts the calls that may be started. */
  start(): void {
    for (const call of this.#waiting) {
      if (this.#running >= this.#limits.maxRunning || !this.#mayStart()) return;
      this.#waiting.delete(call);
      this.#running += 1;
      call.place = setTimeout(() => {
        this.#leave(call);
        this.start();
      }, this.#limits.placeMs);
      this.#hand(call.request);
    }
  }

  /** From now on nothing is handed on. */
  close(): void {
    this.#waiting.clear();
    for (const call of this.#open.values()) this.#leave(call);
    this.#open.clear();
  }

  /** @returns whether it was never handed on */
  #end(id: RequestId): boolean {
    const call = this.#open.get(id);
    if (!call) return false;
    this.#open.delete(id);
    this.#count -= 1;
    this.#length -= call.length;
    const wasWaiting = this.#waiting.delete(call);
    this.#leave(call);
    this.start();
    return wasWaiting;
  }

  #leave(call: OpenCall): void {
    if (call.place === undefined) return;
    clearTimeout(call.place);
    call.place = undefined;
    this.#running -= 1;
  }
}
