/**
 * Files staged for a poll-mode workspace (src/platform/API.md, "Upload a file").
 *
 * @module
 */
import type { PlatformContext } from "../context.ts";
import { logActivity } from "../state/activity_log.ts";
import type { UploadRow } from "../state/rows.ts";

const MAX_NAME_LENGTH = 100;
/** A longer ending is not an extension. */
const EXTENSION = /\.[^.]{1,15}$/;
const FALLBACK_TYPE = "application/octet-stream";

/** A staged file as the upload endpoint describes it. */
export interface StagedFile {
  uri: string;
  name: string;
  mimeType: string;
  size: number;
}

/**
 * Stages all files or none, and writes one `chat_upload_receive` row per file into the inbox of
 * the workspace (also when the workspace itself made the upload). @throws StoreError
 */
export async function stageFiles(
  platform: PlatformContext,
  workspaceId: string,
  files: File[],
): Promise<StagedFile[]> {
  const contents = await Promise.all(files.map((file) => file.bytes()));
  const rows = files.map((file, i): UploadRow => ({
    id: crypto.randomUUID(),
    workspaceId,
    name: safeName(file.name),
    mimeType: file.type.split(";", 1)[0]?.trim() || FALLBACK_TYPE,
    content: contents[i] ?? new Uint8Array(),
    createdAt: platform.clock.nowMicros(),
    ackedAt: null,
  }));
  platform.store.insertUploads(rows);
  return rows.map((row) => {
    const { id, name, mimeType } = row;
    const staged = {
      uri: `platform-pending:${workspaceId}/${id}`,
      name,
      mimeType,
      size: row.content.length,
    };
    logActivity(platform, {
      workspaceId,
      activityType: "a2a_receive",
      targetId: workspaceId,
      method: "chat_upload_receive",
      summary: `chat_upload_receive: ${name}`,
      requestBody: { file_id: id, ...staged },
    });
    return staged;
  });
}

/**
 * The base name with everything but `A-Z a-z 0-9 . _ -` replaced, at most 100 characters; the
 * extension is kept.
 */
export function safeName(name: string): string {
  const base = name.split(/[/\\]/).at(-1) ?? "";
  const safe = shorten(base.replace(/[^A-Za-z0-9._-]/g, "_"));
  return safe === "" || safe === "." || safe === ".." ? "file" : safe;
}

function shorten(name: string): string {
  if (name.length <= MAX_NAME_LENGTH) return name;
  const [extension = ""] = EXTENSION.exec(name) ?? [];
  return name.slice(0, MAX_NAME_LENGTH - extension.length) + extension;
}
