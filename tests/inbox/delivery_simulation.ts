import { assert } from "@std/assert";
import type { DeliveryState, RowRef } from "../../src/inbox/delivery_state.ts";
import { isBefore } from "../../src/inbox/row_time.ts";
import { Stage } from "./delivery_support.ts";
import { idOf } from "./message_support.ts";

interface SimulatedRow extends RowRef {
  readonly filtered: boolean;
}

const QUEUE_CAPACITY = 6;
const HOUR_MS = 3_600_000;

/**
 * A platform, a receiver that moves along it as `Mailbox` does, and an agent that pops; the state is
 * the real one on the real disk. Crashes drop all that is in memory.
 */
export class DeliverySimulation implements AsyncDisposable {
  readonly popped = new Set<string>();
  /** Messages handed to the agent although their pop had been answered. */
  readonly deliveredAfterPop: string[] = [];
  readonly #stage: Stage;
  readonly #delivered = new Set<string>();
  #log: SimulatedRow[] = [];
  #known: SimulatedRow[] = [];
  #queue = new Map<string, SimulatedRow>();
  #state: DeliveryState;
  #cursorBefore: string | undefined;
  #stateBefore: string | undefined;
  #nowMs = Date.UTC(2026, 4, 6);
  #rows = 0;

  private constructor(stage: Stage, state: DeliveryState) {
    this.#stage = stage;
    this.#state = state;
  }

  static async begin(): Promise<DeliverySimulation> {
    const stage = await Stage.set();
    const simulation = new DeliverySimulation(stage, await stage.load());
    await simulation.poll(1);
    return simulation;
  }

  /** How many rows were messages. */
  get messages(): number {
    return this.#known.filter(({ filtered }) => !filtered).length;
  }

  /** New rows; some share their microsecond with the one before. */
  arrive(count: number, filtered: boolean): void {
    for (let i = 0; i < count; i++) {
      this.#rows += 1;
      if (this.#rows % 3 !== 0) this.#nowMs += 1;
      const createdAt = new Date(this.#nowMs).toISOString().replace("Z", "000Z");
      // Ids without any order, as on the platform.
      const row = { id: idOf((this.#rows * 7_919) % 100_003), createdAt, filtered };
      this.#log.push(row);
      this.#known.push(row);
    }
  }

  pass(hours: number): void {
    this.#nowMs += hours * HOUR_MS;
  }

  /** Fetches page by page; stops where the queue is full. */
  async poll(pageSize: number): Promise<void> {
    await this.#noteDisk();
    for (let more = true; more;) {
      const page = await this.#fetch(pageSize);
      const isTaken = page.rows.every((row) => this.#take(row));
      await this.#state.flush();
      more = isTaken && page.more;
    }
  }

  /** The agent pops messages of its choice, all at once. */
  async pop(choices: readonly number[]): Promise<void> {
    await this.#noteDisk();
    const waiting = [...this.#queue.keys()];
    const ids = new Set(choices.map((choice) => waiting[choice % Math.max(waiting.length, 1)]));
    await Promise.all([...ids].map(async (id) => {
      if (id === undefined) return;
      assert(await this.#state.acknowledge(id), "a queued message can be popped");
      this.#queue.delete(id);
      this.popped.add(id);
    }));
  }

  /** A pop while the disk is full: the agent is told, and the message still waits. */
  async failingPop(choice: number): Promise<void> {
    const waiting = [...this.#queue.keys()];
    const id = waiting[choice % Math.max(waiting.length, 1)];
    if (id === undefined) return;
    let failed = false;
    await this.#stage.whileUnwritable(this.#stage.files.state, async () => {
      await this.#state.acknowledge(id).catch(() => failed = true);
    });
    assert(failed && this.#state.isWaiting(id));
  }

  async crash(instant: "at rest" | "between writes" | "before the write"): Promise<void> {
    const { files } = this.#stage;
    // Only what nobody was told about may be undone; pops of the last step were answered.
    const canUndo = this.#stateBefore !== undefined && !this.#answeredSinceNote();
    if (instant === "before the write" && canUndo) {
      await this.#stage.put(files.state, this.#stateBefore);
    }
    if (instant !== "at rest") await this.#stage.put(files.cursor, this.#cursorBefore);
    await this.#restart();
  }

  /** Retention: the platform no longer has the row of the cursor, or nothing that was handled. */
  forget(cursorOnly: boolean): void {
    const { position } = this.#state;
    const isHandled = ({ id, filtered }: SimulatedRow) => filtered || this.popped.has(id);
    this.#log = this.#log.filter((row) => !isHandled(row) || (cursorOnly && row.id !== position));
  }

  async removeCursorFile(): Promise<void> {
    await this.#stage.put(this.#stage.files.cursor, undefined);
    await this.#restart();
  }

  /** In the end everything is fetched and popped, over a last restart. */
  async drain(): Promise<void> {
    await this.#restart();
    do {
      await this.poll(4);
      await this.pop(Array.from({ length: QUEUE_CAPACITY }, (_, i) => i));
    } while (this.#queue.size > 0 || this.neverDelivered().length > 0 && this.#hasMore());
  }

  neverDelivered(): string[] {
    return this.#known.filter(({ id, filtered }) => !filtered && !this.#delivered.has(id))
      .map(({ id }) => id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stage[Symbol.asyncDispose]();
  }

  async #restart(): Promise<void> {
    this.#queue = new Map();
    this.#state = await this.#stage.load();
    await this.poll(3);
  }

  async #fetch(pageSize: number): Promise<{ rows: SimulatedRow[]; more: boolean }> {
    const { position } = this.#state;
    if (position !== undefined) {
      const index = this.#log.findIndex(({ id }) => id === position);
      if (index !== -1) {
        const rows = this.#log.slice(index + 1, index + 1 + pageSize);
        return { rows, more: rows.length === pageSize };
      }
      await this.#state.reset(); // 410
    }
    const since = this.#state.handledUntil;
    const rows = this.#log.filter(({ createdAt }) =>
      since === undefined || !isBefore(createdAt, since)
    );
    await this.#state.begin(new Date(this.#nowMs));
    return { rows, more: false };
  }

  /** @returns false when the queue is full */
  #take(row: SimulatedRow): boolean {
    const isKnown = this.#state.isHandled(row.id, row.createdAt) || this.#state.isWaiting(row.id);
    if (!row.filtered && !isKnown) {
      if (!this.#queue.has(row.id) && this.#queue.size >= QUEUE_CAPACITY) return false;
      this.#queue.set(row.id, row);
      this.#delivered.add(row.id);
      if (this.popped.has(row.id)) this.deliveredAfterPop.push(row.id);
    }
    this.#state.see(row);
    if (row.filtered) this.#state.skip(row.id);
    return true;
  }

  async #noteDisk(): Promise<void> {
    this.#cursorBefore = await this.#stage.cursor();
    this.#stateBefore = await this.#stage.state();
    this.#poppedAtNote = this.popped.size;
  }

  #poppedAtNote = 0;

  #answeredSinceNote(): boolean {
    return this.popped.size !== this.#poppedAtNote;
  }

  #hasMore(): boolean {
    return this.#log.some(({ id, filtered }) => !filtered && !this.popped.has(id));
  }
}
