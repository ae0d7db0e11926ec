import { isUuid } from "../lib/uuid.ts";

/**
 * A workspace's own id: lower-case letters, digits and hyphens (tests/README.md, "Ids of workspaces
 * and peers").
 */
const WORKSPACE_ID = /^[a-z0-9][a-z0-9-]{0,127}$/;

/** Whether the text can be used as a workspace id in a URL, a header and a file name. */
export function isWorkspaceId(text: string): boolean {
  return WORKSPACE_ID.test(text);
}

/**
 * A peer's id as the platform takes it in paths, in canonical lower case (tests/README.md, "Ids of
 * workspaces and peers"); `undefined` when it is not a UUID.
 */
export function canonicalPeerId(text: string): string | undefined {
  const trimmed = text.trim();
  return isUuid(trimmed) ? trimmed.toLowerCase() : undefined;
}
