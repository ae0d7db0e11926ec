/** A workspace's own id: lower-case letters, digits and hyphens (runtime-behaviour A4). */
const WORKSPACE_ID = /^[a-z0-9][a-z0-9-]{0,127}$/;

/** A peer's id as the platform takes it in paths (runtime-behaviour A4). */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether the text can be used as a workspace id in a URL, a header and a file name. */
export function isWorkspaceId(text: string): boolean {
  return WORKSPACE_ID.test(text);
}

/** The peer id in canonical lower case, or `undefined` when it is not a UUID. */
export function canonicalPeerId(text: string): string | undefined {
  const trimmed = text.trim();
  return UUID.test(trimmed) ? trimmed.toLowerCase() : undefined;
}
