import { parsePlatformUrl } from "../../config/platform_url.ts";
import { hostScope } from "../../config/host_scope.ts";
import { UUID_PATTERN } from "../../lib/uuid.ts";

/** A platform's address as people give it, made one that can be checked. */
export interface TypedUrl {
  readonly url: string;
  /** That of a workspace whose page on the canvas it was. */
  readonly workspaceId?: string;
  /** Whether something was added or taken away: worth saying. */
  readonly isChanged: boolean;
}

/** "host", "host:port" or "host/path": nothing that may be a token, of which no part is a word. */
const BARE_HOST =
  /^(?:localhost|\[[0-9a-f]*:[0-9a-f:]*\]|[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+)(?::\d{1,5})?(?=[/?#]|$)/;
/** Where the canvas's addresses have a workspace's id. */
const PAGE = new RegExp(`/workspaces?/(${UUID_PATTERN})(?![\\w-])`, "i");
const NAMED = new RegExp(`[?&#/]workspace(?:_?id)?=(${UUID_PATTERN})(?![\\w-])`, "i");

/** Whether a text begins as a host does, without the scheme. */
export function isBareHost(text: string): boolean {
  return BARE_HOST.test(text);
}

/**
 * Understands an address that was pasted from a browser: of a page of the canvas it takes the
 * platform's address and the workspace's id, and it adds a missing scheme (http:// on this machine).
 * Anything that it does not understand stays as it is, for parsePlatformUrl to refuse.
 */
export function readTypedUrl(text: string): TypedUrl {
  const trimmed = text.trim();
  const host = BARE_HOST.exec(trimmed)?.[0].replace(/:\d+$/, "");
  const scheme = host === undefined ? "" : hostScope(host) === "loopback" ? "http://" : "https://";
  const whole = scheme + trimmed;
  const asIs = { url: whole, isChanged: scheme !== "" };
  const [, workspaceId] = PAGE.exec(whole) ?? NAMED.exec(whole) ?? [];
  const url = /^https?:\/\//i.test(whole) ? URL.parse(whole) : null;
  if (!url || url.username || url.password) return asIs;
  if (workspaceId === undefined && !url.search && !url.hash) return asIs;
  // A platform below a path has its pages there too.
  const page = PAGE.exec(url.pathname);
  const path = page ? url.pathname.slice(0, page.index) : "";
  const cut = url.origin + path;
  if ("problem" in parsePlatformUrl(cut)) return asIs;
  return {
    url: cut,
    isChanged: true,
    ...(workspaceId !== undefined && { workspaceId: workspaceId.toLowerCase() }),
  };
}
