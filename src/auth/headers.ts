import { isOrgId } from "../config/org_id.ts";
import { tokenProblem } from "../config/token_text.ts";
import { isWorkspaceId } from "../config/workspace_id.ts";

/** What of a workspace goes into headers. */
export interface HeaderWorkspace {
  readonly id: string;
  /** Scheme, host and port of the platform, e.g. `https://acme.example`. */
  readonly origin: string;
  /** The tenant, when one is set. */
  readonly orgId?: string;
}

/** Which headers a call needs beyond the usual ones. */
export interface HeaderOptions {
  /** Whether the call names this workspace as its source (`X-Workspace-ID`). */
  readonly source?: boolean;
}

/**
 * The headers of a call to the platform (tests/README.md, "Headers of a call").
 *
 * Without a token there is no Authorization header and the call still goes out: a platform may know
 * a workspace that never got one. A tenant id that no header can carry is left out.
 *
 * @throws {TypeError} when a value cannot go into a header as it is; the token is never shown.
 */
export function buildHeaders(
  workspace: HeaderWorkspace,
  token: string | undefined,
  { source = false }: HeaderOptions = {},
): Headers {
  const headers = new Headers({ Origin: checkedOrigin(workspace.origin) });
  if (token !== undefined) headers.set("Authorization", `Bearer ${checkedToken(token)}`);
  if (workspace.orgId !== undefined && isOrgId(workspace.orgId)) {
    headers.set("X-Molecule-Org-Id", workspace.orgId);
  }
  if (source) headers.set("X-Workspace-ID", checkedId(workspace.id));
  return headers;
}

function checkedOrigin(origin: string): string {
  const url = URL.parse(origin);
  const isHttp = url !== null && /^https?:$/.test(url.protocol);
  if (isHttp && url.origin === origin) return origin;
  // Only parts that can hold no password are shown.
  const got = isHttp ? `${url.origin}${url.pathname} in another form` : "something else";
  throw new TypeError(
    "Cannot build the Origin header: expected scheme, host and port only (such as " +
      `https://acme.example), got ${got}.`,
  );
}

function checkedToken(token: string): string {
  const problem = tokenProblem(token);
  if (problem === undefined) return token;
  throw new TypeError(
    `Cannot build the Authorization header from the workspace token: ${problem}.`,
  );
}

function checkedId(id: string): string {
  if (isWorkspaceId(id)) return id;
  throw new TypeError(
    "Cannot build the X-Workspace-ID header: expected a workspace id of lower-case letters, " +
      `digits and hyphens, got ${JSON.stringify(id)}.`,
  );
}
