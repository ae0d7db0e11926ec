import { JsonBoundsError, parseBoundedJson } from "../../lib/bounded_json.ts";
import { Batch, type BatchAnswer } from "./batch.ts";
import { type CallLimits, CallQueue } from "./call_queue.ts";
import {
  type AnswerToNobody,
  isRequest,
  isRequestId,
  readMessage,
  RPC_ERROR,
} from "../json_rpc.ts";
import type {
  JSONRPCMessage,
  JSONRPCNotification,
  JSONRPCRequest,
  JSONRPCResponse,
  RequestId,
} from "../sdk.ts";
import { Unanswered } from "./unanswered.ts";

/** The only version with batches, which its servers must accept. */
const BATCH_VERSION = "2025-03-26";
/** Each part is answered, so a few bytes in could mean many out. */
const MAX_BATCH = 1_000;

/** What is written as one line. */
export type Outgoing = JSONRPCMessage | AnswerToNobody | readonly BatchAnswer[];

/** What the intake works with. */
export interface IntakeOptions {
  /** Hands a message on; must not throw. */
  hand(message: JSONRPCMessage): void;
  write(message: Outgoing): Promise<void>;
  /** Called when a refusal could not be written. */
  onerror(error: unknown): void;
  /** Whether another call may be started now: see `CallQueue`. */
  mayStart(): boolean;
  readonly limits?: Partial<CallLimits>;
}

/**
 * Takes in what a client sends: lines become messages, and an invalid line is answered with an
 * error. Keeps track of requests until they are answered: calls are limited (`CallQueue`), an id
 * that is in use is refused, and the answers to a batch become one line.
 */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #unanswered = new Unanswered();
  readonly #calls: CallQueue;
  /** The ids of unanswered requests. */
  readonly #batches = new Map<RequestId, Batch>();
  #takesBatches = false;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#calls = new CallQueue((request) => options.hand(request), {
      mayStart: options.mayStart,
      limits: options.limits,
    });
  }

  /** Whether a request has no answer yet. */
  get isAsked(): boolean {
    return !this.#unanswered.isEmpty;
  }

  /** Resolves when every request has its answer. */
  async none(): Promise<void> {
    await this.#unanswered.none();
  }

  /** The handshake has settled on a version of the protocol. */
  setProtocolVersion(version: string): void {
    this.#takesBatches = version === BATCH_VERSION;
  }

  /** Starts calls that may be started now. */
  start(): void {
    this.#calls.start();
  }

  /** From now on nothing is handed on. */
  close(): void {
    this.#calls.close();
  }

  /** A line from the client. */
  receive(text: string): void {
    let json: unknown;
    try {
      json = parseBoundedJson(text);
    } catch (error) {
      if (error instanceof JsonBoundsError) return this.refuse(error.message);
      // The answer quotes nothing of the line: the user may not want it repeated.
      this.#answerError(null, RPC_ERROR.parse, "Parse error: the line is not valid JSON");
      return;
    }
    if (Array.isArray(json)) this.#receiveBatch(json, text.length);
    else this.#take(json, text.length);
  }

  #receiveBatch(parts: readonly unknown[], length: number): void {
    if (!this.#takesBatches) return this.refuse("batches exist only in protocol 2025-03-26");
    if (parts.length === 0) return this.refuse("a batch must hold at least one message");
    if (parts.length > MAX_BATCH) {
      return this.refuse(`a batch may hold at most ${MAX_BATCH} messages`);
    }
    const batch = new Batch((answers) => this.#options.write(answers));
    for (const part of parts) this.#take(part, length / parts.length, batch);
    this.#unasked(batch.end());
  }

  /** Takes in one message, or answers an invalid one. */
  #take(json: unknown, length: number, batch?: Batch): void {
    const received = readMessage(json);
    if ("ignored" in received) return;
    if ("invalid" in received) {
      const { invalid, id } = received;
      return this.#answerError(id, RPC_ERROR.invalidRequest, `Invalid request: ${invalid}`, batch);
    }
    const { message } = received;
    if (isRequest(message)) this.#takeRequest(message, length, batch);
    else if ("method" in message) this.#takeNotification(message);
    else this.#options.hand(message);
  }

  #takeRequest(request: JSONRPCRequest, length: number, batch: Batch | undefined): void {
    const { id } = request;
    if (this.#unanswered.has(id)) {
      const reason = "Invalid request: another request with this id is still unanswered";
      return this.#answerError(id, RPC_ERROR.invalidRequest, reason, batch);
    }
    const refusal = request.method === "tools/call" ? this.#calls.refusal(length) : undefined;
    if (refusal !== undefined) return this.#answerError(id, RPC_ERROR.tooManyCalls, refusal, batch);
    this.#unanswered.received(request);
    if (batch) {
      batch.expect(id);
      this.#batches.set(id, batch);
    }
    if (request.method === "tools/call") this.#calls.take(request, length);
    else this.#options.hand(request);
  }

  #takeNotification(notification: JSONRPCNotification): void {
    if (notification.method === "notifications/cancelled") {
      const id = notification.params?.requestId;
      // MCP, Cancellation: a client must not cancel `initialize`; the state would be unclear.
      if (!isRequestId(id) || this.#unanswered.methodOf(id) === "initialize") return;
      this.#unanswered.received(notification);
      const batch = this.#batches.get(id);
      this.#batches.delete(id);
      if (batch) this.#unasked(batch.cancelled(id));
      // The server does not know of a call that was still queued.
      if (this.#calls.cancelled(id)) return;
    }
    this.#options.hand(notification);
  }

  /** An answer: resolves once it is written, or waits for the others of its batch. */
  async answer(message: JSONRPCResponse): Promise<void> {
    this.#unanswered.sent(message);
    if (message.id === undefined) return await this.#options.write(message);
    this.#calls.answered(message.id);
    const batch = this.#batches.get(message.id);
    this.#batches.delete(message.id);
    await (batch ? batch.answered(message) : this.#options.write(message));
  }

  /** Answers what could not be taken in at all. */
  refuse(reason: string): void {
    this.#answerError(null, RPC_ERROR.invalidRequest, `Message refused: ${reason}`);
  }

  #answerError(id: RequestId | null, code: number, message: string, batch?: Batch): void {
    const error = { code, message };
    const answer: BatchAnswer = id === null
      ? { jsonrpc: "2.0", id, error }
      : { jsonrpc: "2.0", id, error };
    this.#unasked(batch ? batch.refused(answer) : this.#options.write(answer));
  }

  /** For messages whose writing nobody waits for: a failure closes the transport all the same. */
  #unasked(written: Promise<void>): void {
    written.catch((error) => this.#options.onerror(error));
  }
}
