/** A piece of an answer: bytes, or text. */
interface Piece {
  readonly length: number;
}

/**
 * An answer that goes on: what waits for its reader is counted here, so that whoever writes can cut off
 * one that does not read.
 */
export class StreamQueue<T extends Piece> {
  readonly body: ReadableStream<T>;
  readonly #waiting: T[] = [];
  #first: T | undefined;
  #length = 0;
  #isOver = false;
  #wake = () => {};

  /**
   * @param onCancel Called when the reader goes away
   * @param first What it begins with, which is not counted
   */
  constructor(onCancel: () => void, first?: T) {
    this.#first = first;
    this.body = new ReadableStream({
      pull: async (controller) => {
        while (this.isEmpty && !this.#isOver) {
          await new Promise<void>((resolve) => this.#wake = resolve);
        }
        const piece = this.#next();
        if (piece === undefined) controller.close();
        else controller.enqueue(piece);
      },
      cancel: onCancel,
    }, { highWaterMark: 0 }); // Nothing waits anywhere else.
  }

  /** How much waits, in the unit of the pieces' length, apart from the first piece. */
  get length(): number {
    return this.#length;
  }

  /** Whether nothing waits. */
  get isEmpty(): boolean {
    return this.#first === undefined && this.#waiting.length === 0;
  }

  /** Adds a piece. */
  push(piece: T): void {
    this.#waiting.push(piece);
    this.#length += piece.length;
    this.#wake();
  }

  /** Forgets what waits. */
  clear(): void {
    this.#first = undefined;
    this.#waiting.length = 0;
    this.#length = 0;
  }

  /** The stream ends behind what waits. */
  end(): void {
    this.#isOver = true;
    this.#wake();
  }

  #next(): T | undefined {
    const first = this.#first;
    this.#first = undefined;
    if (first !== undefined) return first;
    const piece = this.#waiting.shift();
    this.#length -= piece?.length ?? 0;
    return piece;
  }
}
