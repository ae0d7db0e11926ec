/**
 * The functions of `jsr:@std/path` that this project uses, over npm's `pathe` (plain JavaScript;
 * `node:path` would load Node's layer at every start, 5 to 10 ms), for networks that reach npm but
 * not JSR. On Windows `pathe` writes `/`; here it is `\`, as in `@std/path` and in what
 * `Deno.realPath` returns, since paths are compared. Add one here when the project starts to use it.
 *
 * @module
 */
import * as pathe from "pathe";

export { basename, isAbsolute } from "pathe";

export function dirname(path: string): string {
  return native(pathe.dirname(path));
}

export function join(...parts: string[]): string {
  return native(pathe.join(...parts));
}

export function resolve(...parts: string[]): string {
  return native(pathe.resolve(...parts));
}

/** The path of a `file:` URL, as `fromFileUrl` of @std/path. */
export function fromFileUrl(url: string | URL): string {
  const { protocol, pathname } = new URL(url);
  if (protocol !== "file:") throw new TypeError(`Cannot make a path: expected a file: URL`);
  // A "%" that starts no escape stands for itself.
  const path = decodeURIComponent(pathname.replace(/%(?![0-9A-Fa-f]{2})/g, "%25"));
  return native(Deno.build.os === "windows" ? path.replace(/^\/([A-Za-z]:)/, "$1") : path);
}

/** The `file:` URL of a path, as `toFileUrl` of @std/path; not for a share of Windows (`\\\\host`). */
export function toFileUrl(path: string): URL {
  if (!pathe.isAbsolute(path)) throw new TypeError(`Cannot make a URL: expected an absolute path`);
  const url = new URL("file:///");
  url.pathname = encodeURI(Deno.build.os === "windows" ? path.replaceAll("\\", "/") : path);
  return url;
}

function native(path: string): string {
  return Deno.build.os === "windows" ? path.replaceAll("/", "\\") : path;
}
