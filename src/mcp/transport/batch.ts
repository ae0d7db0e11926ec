import type { AnswerToNobody } from "../json_rpc.ts";
import type { JSONRPCResponse, RequestId } from "../sdk.ts";

/** An answer in a batch. */
export type BatchAnswer = JSONRPCResponse | AnswerToNobody;

/**
 * The answers to one batch, written as one array when the last of them is ready; nothing is written
 * when there are none (JSON-RPC 2.0, Batch).
 */
export class Batch {
  readonly #write: (answers: readonly BatchAnswer[]) => Promise<void>;
  readonly #expected = new Set<RequestId>();
  readonly #answers: BatchAnswer[] = [];
  #isWhole = false;

  constructor(write: (answers: readonly BatchAnswer[]) => Promise<void>) {
    this.#write = write;
  }

  /** A request of this batch will be answered, or cancelled. */
  expect(id: RequestId): void {
    this.#expected.add(id);
  }

  /**
   * The answer to a request of this batch: resolves once it is written, or waits for the others.
   */
  async answered(answer: JSONRPCResponse): Promise<void> {
    this.#answers.push(answer);
    if (answer.id !== undefined) this.#expected.delete(answer.id);
    await this.#writeIfDone();
  }

  /** A part of this batch is refused; its id, if any, may be the same as another part's. */
  async refused(answer: BatchAnswer): Promise<void> {
    this.#answers.push(answer);
    await this.#writeIfDone();
  }

  /** A request of this batch gets no answer. */
  async cancelled(id: RequestId): Promise<void> {
    this.#expected.delete(id);
    await this.#writeIfDone();
  }

  /** The whole batch has been read. */
  async end(): Promise<void> {
    this.#isWhole = true;
    await this.#writeIfDone();
  }

  async #writeIfDone(): Promise<void> {
    if (!this.#isWhole || this.#expected.size > 0 || this.#answers.length === 0) return;
    await this.#write(this.#answers.splice(0));
  }
}
