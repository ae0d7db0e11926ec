const PENDING_URI = /^platform-pending:([^/]+)\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

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
