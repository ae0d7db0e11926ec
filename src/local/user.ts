/**
 * What the user does at the canvas: writing to agents and giving them files.
 *
 * @module
 */
import type { PlatformContext } from "./context.ts";
import { proxyMessage } from "./delivery/proxy.ts";
import { type StagedFile, stageFiles } from "./staging.ts";
import type { Json, JsonObject } from "./store.ts";

/** A file that the user attaches. */
export interface UserFile {
  name: string;
  /** Default `application/octet-stream`. */
  mimeType?: string;
  content: string | Uint8Array<ArrayBuffer>;
}

/** Writes to a workspace as its user and returns the platform's answer. */
export async function sendAsUser(
  platform: PlatformContext,
  workspaceId: string,
  text: string,
  files: (StagedFile | JsonObject)[],
): Promise<{ status: number; body: Json }> {
  const message = {
    role: "user",
    messageId: crypto.randomUUID(),
    parts: [{ kind: "text", text }, ...files.map((file) => ({ kind: "file", file }))],
  };
  const call = { jsonrpc: "2.0", id: crypto.randomUUID(), method: "message/send" };
  const response = await proxyMessage(platform, {
    callerId: null,
    targetId: workspaceId.toLowerCase(),
    text: JSON.stringify({ ...call, params: { message } }),
  });
  return { status: response.status, body: await response.json() };
}

/** Stages files for a poll-mode workspace. */
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
