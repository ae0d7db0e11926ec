/**
 * The activity of all workspaces, as the page shows it.
 *
 * @module
 */
import type { ActivityRow, MemoryRow } from "../state/rows.ts";
import { formatTimestamp } from "../state/timestamps.ts";
import { cutText } from "../../lib/cut_text.ts";
import type { ActivityView } from "./protocol.ts";

const MAX_SUMMARY_UNITS = 1_000;
const MAX_STATUS_UNITS = 50;

/** A line without its number. */
type Line = Omit<ActivityView, "seq">;

/**
 * The last lines. Those of the activity log are kept up to a number, the oldest go; heartbeats, of
 * which there is one every 20 seconds and workspace, are told as they come and not kept.
 */
export class ActivityFeed {
  readonly #lines = new Map<number, ActivityView>();
  /** The numbers of the kept lines that have a row, by its id: a row may change. */
  readonly #seqs = new Map<string, number>();
  readonly #rowIds = new Map<number, string>();
  readonly #maxLines: number;
  readonly #onLine: (line: ActivityView) => void;
  #seq = 0;

  /** @param onLine Called with every line that is new, or has changed and keeps its number */
  constructor(maxLines: number, onLine: (line: ActivityView) => void) {
    this.#maxLines = maxLines;
    this.#onLine = onLine;
  }

  /** The kept lines, oldest first. */
  lines(): ActivityView[] {
    return [...this.#lines.values()];
  }

  /** A row was written. */
  added(row: ActivityRow): void {
    const line = this.#keep(lineOf(row));
    this.#seqs.set(row.id, line.seq);
    this.#rowIds.set(line.seq, row.id);
    this.#onLine(line);
  }

  /** A row has changed. */
  changed(
    id: string,
    change: Pick<Partial<ActivityRow>, "status" | "summary" | "errorDetail">,
  ): void {
    const seq = this.#seqs.get(id);
    const line = seq === undefined ? undefined : this.#lines.get(seq);
    if (!line) return;
    const { status = line.status, summary = line.summary, errorDetail = line.error } = change;
    const changed = {
      ...line,
      status: cutText(status, MAX_STATUS_UNITS),
      summary: short(summary),
      error: shortOrNull(errorDetail),
    };
    this.#lines.set(line.seq, changed);
    this.#onLine(changed);
  }

  /** A memory was written, of which the platform's activity log says nothing. */
  remembered(row: MemoryRow): void {
    this.#onLine(this.#keep({
      ...plain(row.workspaceId, row.createdAt),
      type: "memory_write",
      summary: short(`${row.scope} ${row.content}`),
    }));
  }

  /** A workspace gave a sign of life. */
  beaten(workspaceId: string, atMicros: number): void {
    this.#onLine({ ...plain(workspaceId, atMicros), type: "heartbeat", seq: ++this.#seq });
  }

  #keep(line: Line): ActivityView {
    const kept = { ...line, seq: ++this.#seq };
    this.#lines.set(kept.seq, kept);
    for (const oldest of this.#lines.keys()) {
      if (this.#lines.size <= this.#maxLines) break;
      this.#lines.delete(oldest);
      this.#seqs.delete(this.#rowIds.get(oldest) ?? "");
      this.#rowIds.delete(oldest);
    }
    return kept;
  }
}

function lineOf(row: ActivityRow): Line {
  return {
    workspaceId: row.workspaceId,
    type: row.activityType,
    sourceId: row.sourceId,
    targetId: row.targetId,
    summary: short(row.summary ?? row.method),
    status: cutText(row.status, MAX_STATUS_UNITS),
    error: shortOrNull(row.errorDetail),
    durationMs: row.durationMs,
    at: formatTimestamp(row.createdAt),
  };
}

function plain(workspaceId: string, atMicros: number): Line {
  return {
    workspaceId,
    type: "",
    sourceId: null,
    targetId: null,
    summary: "",
    status: "ok",
    error: null,
    durationMs: null,
    at: formatTimestamp(atMicros),
  };
}

function short(text: string | null): string {
  return cutText(text ?? "", MAX_SUMMARY_UNITS);
}

function shortOrNull(text: string | null): string | null {
  return text === null ? null : short(text);
}
