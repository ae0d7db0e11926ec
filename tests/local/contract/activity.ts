/**
 * Replays of the activity log's, the messages' and the files' examples.
 *
 * @module
 */
import { assert } from "@std/assert";
import { isObject, type Json, type JsonObject } from "../../../src/local/state/json.ts";
import type { ActivityRow } from "../../../src/local/state/rows.ts";
import { parseTimestamp } from "../../../src/local/state/timestamps.ts";
import { closedUrl } from "../agents.ts";
import { fixtureCase, fixtureToken, ids } from "./fixtures.ts";
import { FROM_N2, ONLY_N1, type Replay, type World } from "./world.ts";

const SINCE_SECS = "activity-since-secs-desc";
const SINCE_ID = "activity-since-id-asc";

/** Stores the rows that these examples show, but for those whose id starts with one of `without`. */
function rowsOf(exampleIds: string[], without: string[] = []): (world: World) => void {
  const shown = exampleIds.flatMap((id) => rowsIn(fixtureCase(id).response.body));
  const byId = new Map(shown.map((row) => [row.id, row]));
  const rows = [...byId.values()]
    .filter((row) => !without.some((start) => row.id.startsWith(start)))
    .sort((a, b) => a.createdAt - b.createdAt);
  return ({ store }) => {
    for (const row of rows) store.insertActivity(row);
    // A row that every filter of the examples must leave out.
    const [noise] = rows;
    if (noise) {
      store.insertActivity({ ...noise, id: crypto.randomUUID(), activityType: "agent_log" });
    }
  };
}

function rowsIn(body: Json): Omit<ActivityRow, "seq">[] {
  assert(Array.isArray(body), "The example is expected to show a list");
  return body.filter(isObject).map((row) => ({
    id: text(row, "id"),
    workspaceId: text(row, "workspace_id"),
    activityType: text(row, "activity_type"),
    sourceId: nullable(row, "source_id"),
    targetId: nullable(row, "target_id"),
    method: nullable(row, "method"),
    summary: nullable(row, "summary"),
    status: text(row, "status"),
    errorDetail: nullable(row, "error_detail"),
    durationMs: null,
    createdAt: parseTimestamp(text(row, "created_at")) ?? 0,
    requestBody: row.request_body,
    responseBody: row.response_body,
  }));
}

function text(row: JsonObject, name: string): string {
  return nullable(row, name) ?? "";
}

function nullable(row: JsonObject, name: string): string | null {
  const value = row[name];
  return typeof value === "string" ? value : null;
}

/** The replays by the example's id. */
export const activityReplays: Record<string, Replay> = {
  "activity-since-secs-desc": { versions: ONLY_N1, arrange: rowsOf([SINCE_SECS]) },
  // The result of a delegation is in the inbox only with a flag of N2.
  "activity-since-id-asc": {
    versions: ONLY_N1,
    arrange: rowsOf([SINCE_SECS, SINCE_ID], ["00771010"]),
  },
  "activity-empty": { arrange: rowsOf([SINCE_SECS, SINCE_ID]) },
  "activity-410": { arrange: rowsOf([SINCE_SECS]) },
  "activity-peer-history": {
    versions: ONLY_N1,
    arrange: rowsOf([SINCE_SECS, SINCE_ID], ["00771010"]),
  },
  "activity-source-canvas": { versions: ONLY_N1, arrange: rowsOf([SINCE_SECS, SINCE_ID]) },
  "activity-include-peer-info": {
    versions: FROM_N2,
    generated: ["[].seq"],
    // This example leaves out the rows that show nothing new.
    arrange: rowsOf([SINCE_SECS, SINCE_ID], ["00771010", "00e4d210", "003310ff"]),
  },
  "activity-400-since-secs": {},
  "activity-400-peer-id": {},
  "activity-400-before-ts": {},
  "activity-400-source": {},
  "activity-401": {},
  "activity-500-cursor": {},
  "activity-500": { storeFails: ["activity"] },
  "activity-post": {},
  "activity-post-400-type": {},
  "activity-post-403": {},
  "activity-ack": { versions: FROM_N2 },
  "activity-ack-400": { versions: FROM_N2 },
};

const FILE_ID = "4be0c1d2-7a68-4f35-9c21-e0f1a2b3c40a";
const uploaded = ["files[].uri"];

function stage({ store }: World): void {
  store.insertUploads([{
    id: FILE_ID,
    workspaceId: ids.self,
    name: "tides.csv",
    mimeType: "text/csv",
    content: new TextEncoder().encode("time,height\n06:12,4.1\n"),
    createdAt: 0,
    ackedAt: null,
  }]);
}

/** The replays by the example's id. */
export const messageAndFileReplays: Record<string, Replay> = {
  "notify-text": {},
  "notify-attachments": {},
  "notify-400-empty": {},
  "notify-400-attachment": {},
  "notify-401": {},
  "notify-403": { arrange: (world) => world.update(ids.self, { mayTalkToUser: false }) },
  // Only a token that is good for every workspace gets past the guard here.
  "notify-404": {
    options: { adminToken: fixtureToken },
    arrange: (world) => world.update(ids.self, { status: "removed" }),
  },
  "notify-500": { storeFails: ["workspace"] },
  "upload-poll": { generated: uploaded },
  "upload-two-sanitised": { generated: uploaded },
  "upload-400-no-files-n1": {},
  "upload-400-too-many": {
    request: (example) => ({
      ...example,
      request: {
        ...example.request,
        multipart: Array.from({ length: 65 }, () => example.request.multipart ?? []).flat(),
      },
    }),
  },
  "upload-413-n1": { versions: ONLY_N1 },
  "upload-422": { arrange: (world) => world.update(ids.self, { deliveryMode: null }) },
  "upload-502": {
    options: { allowLoopbackUrls: true },
    arrange: (world) => world.update(ids.self, { deliveryMode: "push", url: closedUrl() }),
  },
  "upload-503-reregister": {
    arrange: (world) =>
      world.update(ids.self, {
        deliveryMode: "push",
        url: "https://clerk.example.org/a2a",
        inboundSecret: null,
      }),
  },
  "pending-content": { arrange: stage },
  "pending-content-404": {},
  "pending-content-400": {},
  "pending-ack": { arrange: stage },
  "pending-ack-404": {},
  "uploads-limits": { versions: FROM_N2 },
};
