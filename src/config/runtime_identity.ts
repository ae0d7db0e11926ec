/**
 * What get_runtime_identity shows of the environment (tests/README.md, "Environment variables").
 */
export function runtimeIdentity(
  value: (name: string) => string | undefined,
  workspaceId: string,
): Readonly<Record<string, string>> {
  return {
    model: value("MODEL") ?? "",
    model_provider: value("MODEL_PROVIDER") ?? "",
    molecule_model: value("MOLECULE_MODEL") ?? "",
    anthropic_base_url: withoutUserinfo(value("ANTHROPIC_BASE_URL") ?? ""),
    tier: value("TIER") ?? "",
    workspace_id: workspaceId,
    runtime: value("ADAPTER_MODULE") ?? "",
  };
}

/** The address without user name and password: an agent, and whoever it talks to, sees it. */
function withoutUserinfo(address: string): string {
  if (!address.includes("@")) return address;
  const url = URL.parse(address);
  // Without a host nothing tells a password from an address: what stands before the "@" goes.
  if (!url?.host) return address.replace(/^.*@/s, "");
  if (!url.username && !url.password) return address;
  url.username = url.password = "";
  return url.href;
}
