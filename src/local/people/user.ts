/**
 * What reaches a workspace from no other workspace: what the user does at the canvas (writing,
 * attaching files), and the notices of the platform.
 *
 * @module
 */
import { sleep } from "../../lib/sleep.ts";
import type { PlatformContext } from "../context.ts";
import { enqueueNotice } from "../delivery/enqueue.ts";
import { proxyMessage } from "../delivery/proxy.ts";
import { type StagedFile, stageFiles } from "../delivery/staging.ts";
import type { JsonObject } from "../state/json.ts";
import { StoreError } from "../state/store.ts";
import type { CallAnswer } from "./canvas.ts";

export type { CallAnswer } from "./canvas.ts";

/** A file that the user attaches. */
export interface UserFile {
  name: string;
  /** Default `application/octet-stream`. */
  mimeType?: string;
  content: string | Uint8Array<ArrayBuffer>;
}

/** Settings of {@linkcode sendAsUser}. */
export interface UserMessageSettings {
  /** Default: a random UUID. */
  messageId?: string;
  /** Further parts, for example `{ kind: "data", data: {} }`. */
  parts?: JsonObject[];
}

/**
 * Writes to a workspace as its user, and shows it on the canvas. As from the canvas, an empty text
 * makes no text part.
 */
export function sendAsUser(
  platform: PlatformContext,
  workspaceId: string,
  text: string,
  files: (StagedFile | JsonObject)[],
  settings: UserMessageSettings = {},
): Promise<CallAnswer> {
  const answer = callAsUser(platform, workspaceId, text, files, settings);
  const named = files.map((file) => ({ ...file }));
  platform.canvas.wrote({ workspaceId: workspaceId.toLowerCase(), text, files: named, answer });
  return answer;
}

/** The call of {@linkcode sendAsUser}, which the canvas does not show. */
export async function callAsUser(
  platform: PlatformContext,
  workspaceId: string,
  text: string,
  files: (StagedFile | JsonObject)[],
  { messageId = crypto.randomUUID(), parts: more = [] }: UserMessageSettings = {},
): Promise<CallAnswer> {
  const parts = [
    ...(text === "" ? [] : [{ kind: "text", text }]),
    ...files.map((file) => ({ kind: "file", file })),
    ...more,
  ];
  const call = { jsonrpc: "2.0", id: crypto.randomUUID(), method: "message/send" };
  const params = { message: { role: "user", messageId, parts } };
  try {
    const response = await proxyMessage(platform, {
      callerId: null,
      targetId: workspaceId.toLowerCase(),
      text: JSON.stringify({ ...call, params }),
    });
    return { status: response.status, body: await response.json() };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return { status: 500, body: { error: "lookup failed" } }; // As the endpoint answers.
  }
}

/** Stages files for a poll-mode workspace. @throws StoreError while the database is away */
export function uploadAsUser(
  platform: PlatformContext,
  workspaceId: string,
  files: UserFile[],
): Promise<StagedFile[]> {
  const given = files.map(({ name, mimeType, content }) =>
    new File([content], name, mimeType === undefined ? {} : { type: mimeType })
  );
  return stageFiles(platform, workspaceId.toLowerCase(), given);
}

/** What {@linkcode sendFilesAsUser} did. */
export interface SentFiles extends CallAnswer {
  files: StagedFile[];
}

/**
 * Sends a message with files as the canvas does: it uploads them and, when that is answered, sends
 * the message that names them. In between, the workspace's event stream knows of the uploads alone.
 *
 * @param gapMs The time between the two
 */
export async function sendFilesAsUser(
  platform: PlatformContext,
  workspaceId: string,
  text: string,
  files: UserFile[],
  gapMs: number,
): Promise<SentFiles> {
  const staged = await uploadAsUser(platform, workspaceId, files);
  if (gapMs > 0) await sleep(gapMs, platform.background.signal);
  return { files: staged, ...await sendAsUser(platform, workspaceId, text, staged) };
}

/**
 * Sends a workspace a notice of the platform itself, which it gets after its next heartbeat with
 * room for a task, or with a sweep (src/platform/API.md, "The platform's own words").
 *
 * @param messageId It tells a notice from what a person wrote: `request-responded:…`, `inbox-nudge-…`
 * @param metadata Of the message, for example `{ source: "platform", kind: "inbox_nudge" }`
 */
export function sendAsPlatform(
  platform: PlatformContext,
  workspaceId: string,
  text: string,
  messageId: string,
  metadata?: JsonObject,
): void {
  enqueueNotice(platform, workspaceId.toLowerCase(), {
    messageId,
    text,
    ...(metadata && { messageMetadata: metadata }),
  });
}
