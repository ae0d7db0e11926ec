/**
 * An activity log that answers in the place of the platform's: with as many rows, of whatever times
 * and sizes, as a test wants, and as an N1 platform does, whose `since_id` passes over rows of the
 * cursor's microsecond (src/platform/API.md, "Read the activity log").
 *
 * @module
 */
import type { RecordedRequest } from "../../src/local/server/recorder.ts";
import { type InboxHarness, isFetch } from "./inbox_harness.ts";

/** A row of the log, as the platform writes it. */
export interface MadeUpRow {
  readonly id: string;
  readonly created_at: string;
  readonly [field: string]: unknown;
}

/** A user's message; the time in microseconds after 10:11:12, which is also its place. */
export function madeUpRow(index: number, micros = index): MadeUpRow {
  return {
    id: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    activity_type: "a2a_receive",
    method: "message/send",
    source_id: null,
    created_at: `2026-05-04T10:11:12.${String(micros).padStart(6, "0")}Z`,
    request_body: { params: { message: { parts: [{ kind: "text", text: `message ${index}` }] } } },
  };
}

/** How the log answers. */
export interface MadeUpLogOptions {
  /** The most rows of one answer. */
  readonly maxRows?: number;
}

/** Lets the harness's platform answer from these rows, oldest first, until the returned function. */
export function serveRows(
  harness: InboxHarness,
  rows: readonly MadeUpRow[],
  { maxRows = 500 }: MadeUpLogOptions = {},
): () => void {
  return harness.platform.faults.use((request) =>
    isFetch(request) ? Response.json(answer(rows, request, maxRows)) : undefined
  );
}

function answer(
  rows: readonly MadeUpRow[],
  { query }: RecordedRequest,
  maxRows: number,
): readonly MadeUpRow[] {
  const limit = Math.min(Number(query.limit), maxRows);
  const cursor = rows.find(({ id }) => id === query.since_id);
  if (cursor) return rows.filter((row) => row.created_at > cursor.created_at).slice(0, limit);
  const before = query.before_ts ?? "9999";
  return rows.filter((row) => row.created_at < before).reverse().slice(0, limit);
}
