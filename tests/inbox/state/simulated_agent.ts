import type { SimulatedLog, SimulatedRow } from "./simulated_log.ts";

/** What an agent was given and what it popped, and what of that breaks the promise. */
export class SimulatedAgent {
  readonly popped = new Set<string>();
  /** Messages handed to it although their pop had been answered. */
  readonly deliveredAfterPop: string[] = [];
  /** Messages handed to it behind a later one of their class. */
  readonly outOfOrder: string[] = [];
  /** Files handed to it on their own although their caption came in time. */
  readonly doubled: string[] = [];
  readonly #log: SimulatedLog;
  readonly #delivered = new Set<string>();
  #newest = { user: -1, peer: -1 };

  constructor(log: SimulatedLog) {
    this.#log = log;
  }

  /** Messages that were never handed to it. */
  neverDelivered(): string[] {
    return this.#log.messages().map(({ id }) => id).filter((id) => !this.#delivered.has(id));
  }

  /** The row is handed to it. */
  receive(row: SimulatedRow): void {
    this.#delivered.add(row.id);
    if (this.popped.has(row.id)) this.deliveredAfterPop.push(row.id);
    if (row.upload && this.#log.isNamedInTime(row)) this.doubled.push(row.id);
    this.#noteOrder(row);
  }

  /** The program starts anew: what was not popped comes again. */
  restart(): void {
    this.#newest = { user: -1, peer: -1 };
  }

  /** Within a class messages come in the order of the log, from one start to the next. */
  #noteOrder({ id, from }: SimulatedRow): void {
    if (from === "nobody") return;
    const place = this.#log.all.findIndex((row) => row.id === id);
    if (place < this.#newest[from]) this.outOfOrder.push(id);
    this.#newest[from] = place;
  }
}
