import type { DeliveryFiles } from "./delivery_files.ts";
import { newerCursor, NO_ROW, type RowRef } from "./delivery_snapshot.ts";
import { DeliveryStore } from "./delivery_store.ts";
import { type PendingRow, pendingRow, PendingRows } from "./pending_rows.ts";
import { type Pass, ReadPositions } from "./read_positions.ts";
import { type RecoveredState, recoverState } from "./recovery.ts";
import { isBefore } from "./row_time.ts";

/** A row as it was fetched. */
export interface FetchedRef extends RowRef {
  /** When the next row was made, if it was fetched with this one. */
  readonly nextAt?: string;
}

/**
 * How many handled rows below the cursor are remembered, since a reset (410) returns them again.
 */
const REMEMBERED_BELOW = 512;
/** How many rows may be above the cursor; more wait on the platform. */
const WINDOW = 5_000;
/** Once there are this many, only users' messages are accepted. */
const WINDOW_OF_PEERS = 4_000;
/** The same including rows of earlier runs not seen again yet. Limits the state file. */
const REMEMBERED_ABOVE = 2 * WINDOW;

/**
 * What of a workspace's activity log has been handled (popped or filtered), in memory and on disk:
 * the cursor (the newest row below which everything is handled) with its time, the popped rows above
 * it, and some below.
 *
 * Unhandled rows are above the cursor and not in `above`, and are fetched again after a crash;
 * popped ones are on disk before `acknowledge` returns.
 *
 * Rows that there is no room for can be deferred: the cursor stays below the first of them, and a
 * backfill goes on from there when there is room, until it has caught up with the forward pass.
 */
export class DeliveryState {
  readonly #store: DeliveryStore;
  /** When the next row of the page was made, while there is one. */
  #nextAt: string | undefined;
  /** Rows above the cursor that this process has seen. */
  readonly #pending = new PendingRows();
  /** Popped rows above the cursor that it has not seen yet: they were popped before a restart. */
  readonly #above: Set<string>;
  #below: ReadonlySet<string>;
  #cursor: RowRef | undefined;
  /** How far fetching has got. */
  readonly positions: ReadPositions;
  /** Rows whose pop the next write records. */
  #popped = new Set<string>();
  #current: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  private constructor(store: DeliveryStore, { snapshot, position }: RecoveredState) {
    this.#store = store;
    this.#cursor = snapshot.cursor;
    this.#above = new Set(snapshot.above);
    this.#below = new Set(snapshot.below);
    const known = position !== undefined && position === snapshot.cursor?.id;
    this.positions = new ReadPositions(
      position === undefined
        ? undefined
        : { id: position, createdAt: known ? snapshot.cursor.createdAt : "" },
    );
  }

  /**
   * Reads the files. What cannot be read is reported and ignored: messages may then be delivered
   * again, but none is lost.
   */
  static async load(
    files: DeliveryFiles,
    report: (line: string) => void,
  ): Promise<DeliveryState> {
    const recovered = await recoverState(files, report);
    const store = new DeliveryStore(files, recovered.snapshot.mirrored, report);
    return new DeliveryState(store, recovered);
  }

  /** Where a fetch by time begins: everything before it is handled. */
  get handledUntil(): string | undefined {
    return this.#cursor?.createdAt || undefined;
  }

  /**
   * The number up to which everything is handled, and recorded so on disk. The order by number may
   * differ slightly from that by time: it is below every waiting row. `undefined` if not known.
   */
  get handledSeq(): number | undefined {
    const seq = this.#cursor?.seq;
    if (seq === undefined) return undefined;
    const next = this.positions.firstLeftSeq;
    return Math.min(seq, ...[...this.#pending.waitingSeqs(), next ?? Infinity].map((n) => n - 1));
  }

  /** Whether `handledUntil` is this machine's time and not the platform's: no row was handled yet. */
  get byOwnClock(): boolean {
    return this.#cursor?.id === NO_ROW;
  }

  /**
   * Before the first row is handled there is no cursor. This records the time from which rows are
   * wanted, so that a restart after a long pause fetches from then on, not only the last ten
   * minutes.
   */
  async begin(startedAt: Date): Promise<void> {
    if (this.#cursor) return;
    const start = { id: NO_ROW, createdAt: startedAt.toISOString() };
    this.#cursor = start;
    try {
      await this.#save();
    } catch (error) {
      if (this.#cursor === start) this.#cursor = undefined;
      throw error;
    }
  }

  /** Whether more rows can be accepted before old ones are acknowledged. */
  get hasRoom(): boolean {
    return this.#pending.size < WINDOW;
  }

  /** The same for peers' messages, of which fewer are accepted. */
  get hasRoomForPeers(): boolean {
    return this.#pending.size < WINDOW_OF_PEERS;
  }

  /**
   * Records a fetched row, in order of arrival; the pass's next fetch continues after it.
   *
   * @param keep also ahead of deferred rows, where the backfill will meet it again
   */
  see(row: FetchedRef, pass: Pass = "forward", keep = false): void {
    if (this.positions.see(row, pass)) {
      if (keep) this.#pending.addAhead(pendingRow(row, false));
      return;
    }
    this.#nextAt = row.nextAt;
    const done = this.#above.delete(row.id);
    if (this.#pending.isInOrder(row.id) || this.#isBelow(row)) return;
    this.#pending.append(pendingRow(row, done));
  }

  /** Whether the row was fetched and is not acknowledged yet. */
  isWaiting(id: string): boolean {
    return this.#pending.get(id)?.done === false;
  }

  /**
   * Whether the row was popped or filtered before. Everything older than the cursor was; rows of
   * equal time are told apart by id.
   */
  isHandled(id: string, createdAt = ""): boolean {
    return this.#pending.get(id)?.done === true || this.#above.has(id) ||
      this.#isBelow({ id, createdAt });
  }

  /** Marks a row that is not for the agent; the cursor passes it with the next write. */
  skip(id: string): void {
    this.#pending.filter(id);
  }

  /**
   * Marks a row as popped. Durable when the promise resolves.
   *
   * @returns false when no such row is waiting
   * @throws when it could not be written; the row is then still waiting
   */
  async acknowledge(id: string): Promise<boolean> {
    const row = this.#pending.get(id);
    if (!row || row.done || row.popping) return false;
    row.popping = true;
    this.#popped.add(id);
    try {
      await this.#save();
      return true;
    } finally {
      row.popping = false;
    }
  }

  /** Writes what changed since the last write. */
  async flush(): Promise<void> {
    // Handled rows behind an unhandled one need not be on disk yet: filtering them again is cheap.
    if (this.#pending.first?.done) await this.#save();
  }

  /**
   * After a 410: the platform no longer knows the position. The next fetch goes by time; handled
   * rows stay known.
   */
  async reset(): Promise<void> {
    this.positions.restart();
    await this.#store.removeCursor();
  }

  #isBelow({ id, createdAt }: RowRef): boolean {
    // Without a row, the time is this machine's, whose clock may differ.
    if (!this.#cursor || this.#cursor.id === NO_ROW) return false;
    return id === this.#cursor.id || this.#below.has(id) ||
      isBefore(createdAt, this.#cursor.createdAt);
  }

  /** One write at a time; calls that come while one runs share the next. */
  #save(): Promise<void> {
    this.#next ??= (async () => {
      await this.#current.catch(() => {
        // Callers waiting for that write got its error; this one starts anew.
      });
      this.#next = undefined;
      this.#current = this.#write();
      await this.#current;
    })();
    return this.#next;
  }

  async #write(): Promise<void> {
    // Rows of a failed write are not in it: their callers were told that they still wait.
    const popped = this.#popped;
    this.#popped = new Set();
    const isDone = (row: PendingRow) => row.done || popped.has(row.id);
    const { leading, above } = this.#pending.handled(isDone, [
      this.positions.firstLeftAt,
      this.#nextAt,
    ]);
    const cursor = leading.reduce<RowRef | undefined>(newerCursor, this.#cursor);
    const snapshot = {
      cursor,
      above: [...idsOf(above), ...this.#above].slice(0, REMEMBERED_ABOVE),
      below: [...this.#below, ...idsOf(leading)].slice(-REMEMBERED_BELOW),
    };
    await this.#store.write(snapshot);
    for (const row of [...leading, ...above]) row.done = true;
    this.#cursor = snapshot.cursor;
    this.#below = new Set(snapshot.below);
    this.#pending.remove([...leading, ...above.filter((row) => this.#isBelow(row))]);
    await this.#store.mirror(this.#cursor);
  }
}

function idsOf(rows: readonly RowRef[]): string[] {
  return rows.map(({ id }) => id);
}
