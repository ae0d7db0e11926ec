import { unitsOf } from "./budget.ts";
import type { ActivityRow } from "./rows.ts";
import type { PlatformStore } from "./store.ts";
import { tooMuch } from "./too_much.ts";

/** A log that was cut has room again: it would be cut at every row otherwise. */
const KEPT_SHARE = 0.75;
/** Of all that is kept, the most that one row may be. */
const ROW_SHARE = 0.25;

/** A row that was written since the start. */
interface Written {
  readonly id: string;
  readonly seq: number;
  units: number;
}

/** The rows of one workspace. */
interface Log {
  /** Written since the rows were last cut to their number, or kept then. */
  count: number;
  units: number;
  /** Oldest first. */
  rows: Written[];
}

/** The activity logs, of which the oldest rows go when they are too many or too large. */
export class BoundedLogs {
  readonly #store: PlatformStore;
  readonly #limits: { readonly activityRows: number; readonly activityUnits: number };
  readonly #logs = new Map<string, Log>();
  /** By the id of a row. */
  readonly #rows = new Map<string, { readonly log: Log; readonly row: Written }>();
  #units = 0;

  constructor(
    store: PlatformStore,
    limits: { readonly activityRows: number; readonly activityUnits: number },
  ) {
    this.#store = store;
    this.#limits = limits;
  }

  /** Writes a row. @throws {StoreError} for one that is too large */
  insert(row: Omit<ActivityRow, "seq">): ActivityRow {
    const { activityRows, activityUnits } = this.#limits;
    const units = unitsOf(row);
    const most = activityUnits * ROW_SHARE;
    if (units > most) throw tooMuch("UTF-16 units of a row", most);
    const inserted = this.#store.insertActivity(row);
    const { id, seq, workspaceId } = inserted;
    const log = this.#logs.get(workspaceId) ?? { count: 0, units: 0, rows: [] };
    this.#logs.set(workspaceId, log);
    const written = { id, seq, units: 0 };
    log.rows.push(written);
    this.#rows.set(id, { log, row: written });
    log.count += 1;
    if (log.count >= activityRows * 1.5) this.#cutToNumber(workspaceId, log);
    this.grew(id, units);
    return inserted;
  }

  /** Tells that a row has become larger. */
  grew(id: string, units: number): void {
    const found = this.#rows.get(id);
    if (!found) return;
    found.row.units += units;
    found.log.units += units;
    this.#units += units;
    if (this.#units > this.#limits.activityUnits) this.#cutToUnits();
  }

  #cutToNumber(workspaceId: string, log: Log): void {
    const { activityRows } = this.#limits;
    const newest = { order: "newest first", limit: activityRows } as const;
    const oldestKept = this.#store.activity(workspaceId, newest).at(-1)?.seq ?? 0;
    this.#prune(workspaceId, log, oldestKept);
    log.count = activityRows;
  }

  #cutToUnits(): void {
    const kept = this.#limits.activityUnits * KEPT_SHARE;
    while (this.#units > kept) {
      const [largest] = [...this.#logs].sort(([, a], [, b]) => b.units - a.units);
      if (!largest) return;
      const [workspaceId, log] = largest;
      let excess = this.#units - kept;
      // Its newest row stays.
      const oldestKept = log.rows.find((row, i) =>
        i === log.rows.length - 1 || (excess -= row.units) + row.units <= 0
      );
      if (!oldestKept || oldestKept === log.rows[0]) return;
      this.#prune(workspaceId, log, oldestKept.seq);
    }
  }

  /** As the server's retention sweep does: a cursor that points at one of them is unknown then (410). */
  #prune(workspaceId: string, log: Log, oldestKept: number): void {
    this.#store.pruneActivity(workspaceId, ({ seq }) => seq < oldestKept);
    for (const { id, seq, units } of log.rows) {
      if (seq >= oldestKept) continue;
      this.#rows.delete(id);
      log.units -= units;
      this.#units -= units;
    }
    log.rows = log.rows.filter(({ seq }) => seq >= oldestKept);
  }
}
