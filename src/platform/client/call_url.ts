import { PlatformError } from "../errors/platform_error.ts";

/**
 * The address of a call. It never leaves the base URL: what a URL parser would take for a step up
 * (`.`, `..`) and what cannot be escaped is refused.
 *
 * @param baseUrl without a trailing slash; may carry a path
 * @param call.path segments, percent-encoded here
 * @param call.query empty values are left out
 * @throws {PlatformError} kind `rejected`; nothing was sent
 */
export function callUrl(
  baseUrl: string,
  call: {
    readonly path: readonly string[];
    readonly query?: Readonly<Record<string, string | undefined>>;
  },
): URL {
  for (const segment of call.path) {
    if (/^\.{0,2}$/.test(segment) || !segment.isWellFormed()) {
      throw new PlatformError(
        "rejected",
        `Cannot call the platform: ${JSON.stringify(segment)} cannot be part of a path`,
        { maybeDelivered: false },
      );
    }
  }
  const url = new URL(`${baseUrl}/${call.path.map(encodeURIComponent).join("/")}`);
  for (const [name, value] of Object.entries(call.query ?? {})) {
    if (value) url.searchParams.set(name, value);
  }
  return url;
}
