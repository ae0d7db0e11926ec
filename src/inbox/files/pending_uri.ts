import { UUID_PATTERN } from "../../lib/uuid.ts";

const PENDING_URI = new RegExp(`^platform-pending:([^/]+)/(${UUID_PATTERN})$`, "i");

/** What a `platform-pending:` URI names (platform-api 14.1); both in lower case. */
export interface PendingFile {
  readonly workspaceId: string;
  readonly fileId: string;
}

/** Reads the URI of a file that waits on the platform; `undefined` for any other. */
export function parsePendingUri(uri: string): PendingFile | undefined {
  const [, workspaceId, fileId] = PENDING_URI.exec(uri) ?? [];
  if (workspaceId === undefined || fileId === undefined) return undefined;
  return { workspaceId: workspaceId.toLowerCase(), fileId: fileId.toLowerCase() };
}
