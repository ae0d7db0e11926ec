import { HOLD_MS } from "../../../src/inbox/files/held_files.ts";
import type { RowRef } from "../../../src/inbox/state/delivery_snapshot.ts";
import { isBefore } from "../../../src/inbox/state/row_time.ts";
import { idOf } from "../message_support.ts";

export type Sender = "user" | "peer" | "nobody";

/** A row of the log. */
export interface SimulatedRow extends RowRef {
  readonly from: Sender;
  /** A file that the user gives. */
  readonly upload?: true;
  /** The upload that it is the caption of. */
  readonly names?: string;
}

/** Rows of one answer, and whether there are more. */
export interface SimulatedPage {
  readonly rows: SimulatedRow[];
  readonly more: boolean;
}

/** Real pages have a hundred rows or more: a caption is on the page that begins with its upload. */
const LEAST_BEHIND_UPLOAD = 100;

/** A platform's activity log, and its clock. */
export class SimulatedLog {
  nowMs = Date.UTC(2026, 4, 6);
  /** What the platform still has. */
  #rows: SimulatedRow[] = [];
  /** All that there ever was. */
  readonly #all: SimulatedRow[] = [];

  /** All rows that there ever were, oldest first. */
  get all(): readonly SimulatedRow[] {
    return this.#all;
  }

  /** New rows; some share their microsecond with the one before. */
  arrive(count: number, from: Sender): void {
    for (let i = 0; i < count; i++) this.#add({ from }, i === 0);
  }

  /** The user gives files, in one go. */
  upload(count: number): void {
    for (let i = 0; i < count; i++) this.#add({ from: "user", upload: true }, i === 0);
  }

  /** The user's message that names an upload which no message names yet, if there is one. */
  caption(choice: number): void {
    const open = this.#all.filter(({ id, upload }) => upload && !this.#isNamed(id));
    const named = open[choice % Math.max(open.length, 1)];
    if (named) this.#add({ from: "user", names: named.id }, true);
  }

  passTime(durationMs: number): void {
    this.nowMs += durationMs;
  }

  /** The rows after this one, as on an N1 platform; `undefined` when it is not there (410). */
  after(id: string, pageSize: number): SimulatedPage | undefined {
    const cursor = this.#rows.find((row) => row.id === id);
    if (!cursor) return undefined;
    // Such a platform leaves out the rows of the cursor's microsecond.
    const rows = this.#rows.filter(({ createdAt }) => isBefore(cursor.createdAt, createdAt));
    return cut(rows, rows[0]?.upload ? Math.max(pageSize, LEAST_BEHIND_UPLOAD) : pageSize);
  }

  /** All rows from that time on. */
  since(time: string | undefined): SimulatedPage {
    const rows = this.#rows.filter(({ createdAt }) =>
      time === undefined || !isBefore(createdAt, time)
    );
    return { rows, more: false };
  }

  /** Retention: the platform no longer has the row of the cursor, or nothing that was handled. */
  forget(position: string | undefined, cursorOnly: boolean, popped: ReadonlySet<string>): void {
    // The older rows go first: not a caption without its upload.
    const isHandled = ({ id, from }: SimulatedRow) =>
      from === "nobody" || popped.has(id) ||
      this.#all.some((row) => row.names === id && popped.has(row.id));
    const named = this.#all.find(({ id }) => id === position)?.names;
    this.#rows = this.#rows.filter((row) =>
      !isHandled(row) || (cursorOnly && row.id !== position && row.id !== named)
    );
  }

  /** Rows that were messages in any case: an upload is none when its caption came. */
  messages(): SimulatedRow[] {
    return this.#all.filter((row) => this.#isMessage(row));
  }

  /** Whether the platform still has a message that was not popped. */
  hasMore(popped: ReadonlySet<string>): boolean {
    return this.#rows.some((row) => this.#isMessage(row) && !popped.has(row.id));
  }

  /** Whether the upload's caption came soon enough to be one message with it. */
  isNamedInTime({ id, createdAt }: SimulatedRow): boolean {
    const caption = this.#all.find(({ names }) => names === id);
    return caption !== undefined &&
      Date.parse(caption.createdAt) - Date.parse(createdAt) < HOLD_MS;
  }

  #add(row: Omit<SimulatedRow, "id" | "createdAt">, first: boolean): void {
    const number = this.#all.length + 1;
    // On an N1 platform one that comes later would not be found.
    if (first || number % 3 !== 0) this.nowMs += 1;
    const createdAt = new Date(this.nowMs).toISOString().replace("Z", "000Z");
    // Ids without any order, as on the platform.
    const whole = { id: idOf((number * 7_919) % 100_003), createdAt, ...row };
    this.#rows.push(whole);
    this.#all.push(whole);
  }

  #isMessage({ id, from, upload }: SimulatedRow): boolean {
    return from !== "nobody" && !(upload && this.#isNamed(id));
  }

  #isNamed(id: string): boolean {
    return this.#all.some(({ names }) => names === id);
  }
}

/** A page does not end between rows of one instant, as `rowsAfter` sees to. */
function cut(rows: SimulatedRow[], pageSize: number): SimulatedPage {
  if (rows.length < pageSize) return { rows, more: false };
  const page = rows.slice(0, pageSize);
  const last = page.at(-1)?.createdAt;
  const end = page.findLastIndex(({ createdAt }) => createdAt !== last);
  const ofOneInstant = rows.filter(({ createdAt }) => createdAt === last);
  return { rows: end === -1 ? ofOneInstant : page.slice(0, end + 1), more: true };
}
