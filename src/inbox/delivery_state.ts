import { readPrivateFile, removePrivateFile, writePrivateFile } from "../auth/private_file.ts";
import type { DeliveryFiles } from "./delivery_files.ts";
import { parseSnapshot, serialiseSnapshot, type Snapshot } from "./delivery_snapshot.ts";

/** A row, as far as delivery needs it. */
export interface RowRef {
  readonly id: string;
  /** RFC 3339, as the platform wrote it; empty when it did not. */
  readonly createdAt: string;
}

/** Handled rows below the cursor that are still remembered, for what a 410 reset shows again. */
const REMEMBERED_BELOW = 512;
/** Rows above the cursor at most; more wait on the platform. Bounds the state file. */
const WINDOW = 5_000;

/** The cursor's id before any row was handled. */
const NO_ROW = "";

interface Pending extends RowRef {
  done: boolean;
}

/**
 * What of a workspace's activity log has been handled (popped or filtered), on disk.
 *
 * Two files. The state file is the truth, replaced in one step: the cursor (the newest row below
 * which everything is handled) with its time, the handled rows above it, and some below. The cursor
 * file only mirrors the cursor, for the reference client that may share the directory, and is
 * written after the state file. A crash between the two leaves a mirror that is one step old, which
 * the state file recognises (`mirrored`); any other cursor file was written by somebody else, who
 * went on from there, and so wins.
 *
 * What was not handled is above the cursor or not in `handled`, and is fetched again after a crash;
 * what was handled is in the file before `acknowledge` returns.
 */
export class DeliveryState {
  readonly #files: DeliveryFiles;
  readonly #report: (line: string) => void;
  /** Rows above the cursor in order of arrival. */
  readonly #pending = new Map<string, Pending>();
  /** Handled rows that a fetch may still show: above the cursor before a restart, or below. */
  readonly #handled: Set<string>;
  #cursor: RowRef | undefined;
  #mirrored: string | undefined;
  /** The newest row seen: where the next fetch goes on. */
  #position: string | undefined;
  #current: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  private constructor(
    files: DeliveryFiles,
    snapshot: Snapshot,
    position: string | undefined,
    report: (line: string) => void,
  ) {
    this.#files = files;
    this.#report = report;
    this.#cursor = snapshot.cursor;
    this.#mirrored = snapshot.mirrored;
    this.#handled = new Set(snapshot.handled);
    this.#position = position;
  }

  /**
   * Reads the files. What cannot be read is reported and left out: a message may then come again,
   * none is lost.
   */
  static async load(
    files: DeliveryFiles,
    report: (line: string) => void,
  ): Promise<DeliveryState> {
    const read = async (path: string) => {
      try {
        return (await readPrivateFile(path))?.content.trim() || undefined;
      } catch (error) {
        report(
          `Cannot read ${path}: ${messageOf(error)}. Messages may be delivered again; ` +
            "remove the file if this stays",
        );
        return undefined;
      }
    };
    const text = await read(files.state);
    const snapshot = parseSnapshot(text);
    if (text !== undefined && !snapshot) {
      report(`Ignoring ${files.state}: it is damaged. Messages may be delivered again`);
    }
    let mirror = await read(files.cursor);
    if (mirror === undefined && !snapshot && files.legacyCursor !== undefined) {
      mirror = await read(files.legacyCursor);
    }
    if (!snapshot) {
      const cursor = mirror === undefined ? undefined : { id: mirror, createdAt: "" };
      return new DeliveryState(files, { cursor, mirrored: mirror, handled: [] }, mirror, report);
    }
    const ownMirror = mirror === (snapshot.cursor?.id || undefined) || mirror === snapshot.mirrored;
    const position = ownMirror ? snapshot.cursor?.id : mirror;
    const cursor = ownMirror || mirror === undefined ? snapshot.cursor : {
      id: mirror,
      createdAt: "",
    };
    return new DeliveryState(files, { ...snapshot, cursor, mirrored: mirror }, position, report);
  }

  /** The `since_id` of the next fetch; `undefined` means a fetch by time. */
  get position(): string | undefined {
    return this.#position || undefined;
  }

  /** Where a fetch by time begins: everything before it is handled. */
  get handledUntil(): string | undefined {
    return this.#cursor?.createdAt || undefined;
  }

  /**
   * Before the first row was handled there is no cursor. This notes when receiving began, so that a
   * restart after a long pause fetches from then on, and not only the last ten minutes.
   */
  async begin(startedAt: Date): Promise<void> {
    if (this.#cursor) return;
    this.#cursor = { id: NO_ROW, createdAt: startedAt.toISOString() };
    await this.#save();
  }

  /** Whether more rows can be taken in before old ones are acknowledged. */
  get hasRoom(): boolean {
    return this.#pending.size < WINDOW;
  }

  /** Takes note of a fetched row, in order of arrival; the next fetch goes on behind it. */
  see(row: RowRef): void {
    this.#position = row.id;
    if (this.#pending.has(row.id)) return;
    this.#pending.set(row.id, { ...row, done: this.isHandled(row.id, row.createdAt) });
  }

  /** Whether the row was fetched and is not acknowledged yet. */
  isWaiting(id: string): boolean {
    return this.#pending.get(id)?.done === false;
  }

  /**
   * Whether the row was popped or filtered before. Everything older than the cursor was; equal times
   * are told apart by id.
   */
  isHandled(id: string, createdAt = ""): boolean {
    if (this.#pending.get(id)?.done || this.#handled.has(id) || id === this.#cursor?.id) {
      return true;
    }
    // Without a row behind it the time is this machine's, whose clock may differ.
    return this.#cursor !== undefined && this.#cursor.id !== NO_ROW &&
      isBefore(createdAt, this.#cursor.createdAt);
  }

  /** Marks a row that is not for the agent; on disk with the next `acknowledge` or `flush`. */
  skip(id: string): void {
    const row = this.#pending.get(id);
    if (row) row.done = true;
  }

  /**
   * Marks a row as popped. Durable when the promise resolves.
   *
   * @returns false when no such row waits
   * @throws when it could not be written; the row then still waits
   */
  async acknowledge(id: string): Promise<boolean> {
    const row = this.#pending.get(id);
    if (!row || row.done) return false;
    row.done = true;
    try {
      await this.#save();
    } catch (error) {
      row.done = false;
      throw error;
    }
    return true;
  }

  /** Writes what changed since the last write. */
  async flush(): Promise<void> {
    const [first] = this.#pending.values();
    // Handled rows behind an unhandled one need not be on disk yet: filtering them again is cheap.
    if (first?.done) await this.#save();
  }

  /**
   * After a 410: the platform no longer knows the position. The next fetch goes by time; what is
   * handled stays known.
   */
  async reset(): Promise<void> {
    this.#position = undefined;
    await removePrivateFile(this.#files.cursor);
    this.#mirrored = undefined;
  }

  /** One write at a time; calls that come while one runs share the next. */
  #save(): Promise<void> {
    this.#next ??= (async () => {
      await this.#current.catch(() => {
        // Whoever waited for that write has its error; this one starts afresh.
      });
      this.#next = undefined;
      this.#current = this.#write();
      await this.#current;
    })();
    return this.#next;
  }

  async #write(): Promise<void> {
    const rows = [...this.#pending.values()];
    const firstWaiting = rows.findIndex(({ done }) => !done);
    const leading = firstWaiting === -1 ? rows : rows.slice(0, firstWaiting);
    const above = rows.slice(leading.length).filter(({ done }) => done);
    const cursor = leading.at(-1) ?? this.#cursor;
    const below = [...this.#handled, ...leading.map(({ id }) => id)].slice(-REMEMBERED_BELOW);
    const snapshot: Snapshot = {
      cursor: cursor && { id: cursor.id, createdAt: cursor.createdAt },
      mirrored: this.#mirrored,
      handled: [...new Set([...below, ...above.map(({ id }) => id)])],
    };
    await writePrivateFile(this.#files.state, serialiseSnapshot(snapshot));
    this.#cursor = snapshot.cursor;
    for (const { id } of leading) this.#pending.delete(id);
    this.#handled.clear();
    for (const id of below) this.#handled.add(id);
    await this.#mirror();
  }

  /** The mirror is for others: that it fails is worth a line, but loses nothing. */
  async #mirror(): Promise<void> {
    const id = this.#cursor?.id;
    if (id === undefined || id === NO_ROW || id === this.#mirrored) return;
    try {
      await writePrivateFile(this.#files.cursor, id);
      this.#mirrored = id;
    } catch (error) {
      this.#report(`Cannot write ${this.#files.cursor}: ${messageOf(error)}`);
    }
  }
}

/** Compares RFC 3339 times to the last digit; unreadable ones are never before another. */
function isBefore(a: string, b: string): boolean {
  const left = sortKey(a);
  const right = sortKey(b);
  return left !== undefined && right !== undefined && left < right;
}

/** A UTC time as text that sorts by time, to the nanosecond. */
function sortKey(time: string): string | undefined {
  const match = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?Z$/.exec(time);
  return match ? `${match[1]}.${(match[2] ?? "").padEnd(9, "0")}` : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
