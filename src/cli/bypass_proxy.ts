import type { WorkspaceSettings } from "../config/settings.ts";

/**
 * Makes `fetch` reach `https://` platforms without a proxy where that is intended
 * (`bypassesProxy`). `fetch` reads NO_PROXY once, at the first call, and understands only plain
 * host names in it. Must run before that call, and before the environment is closed. For `http://`
 * there is `directClient`.
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
      // Deno may not touch the variable, so nothing can be done. TLS protects the bearer anyway.
      if (!(error instanceof Deno.errors.NotCapable)) throw error;
    }
  }
}
