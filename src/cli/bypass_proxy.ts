import type { WorkspaceSettings } from "../config/settings.ts";

/**
 * Makes `fetch` reach `https://` platforms without a proxy where that is meant (`bypassesProxy`): it
 * reads NO_PROXY once, at the first call, and takes plain host names there only. Must come before
 * that call, and before the environment is closed. For `http://` there is `directClient`.
 */
export function bypassProxy(workspaces: readonly WorkspaceSettings[]): void {
  const hosts = workspaces
    .filter(({ bypassProxy, platformUrl }) => bypassProxy && /^https:/.test(platformUrl.origin))
    .map(({ platformUrl }) => new URL(platformUrl.origin).hostname.replace(/^\[|\]$/g, ""));
  if (hosts.length === 0) return;
  for (const name of ["NO_PROXY", "no_proxy"]) {
    try {
      Deno.env.set(name, [Deno.env.get(name), ...hosts].filter(Boolean).join(","));
    } catch (error) {
      // Nobody can change what Deno was not allowed to touch. The bearer is inside of TLS anyway.
      if (!(error instanceof Deno.errors.NotCapable)) throw error;
    }
  }
}
