import { readTrimmed, type ReadVariable } from "../../config/environment.ts";

/**
 * What of the environment takes precedence over what was just saved, or has to be the same where the
 * server runs: one line each.
 */
export function precedence(
  read: ReadVariable,
  saved: {
    readonly workspaceId: string;
    readonly platformUrl: { readonly base: string };
    readonly orgId?: string;
    readonly token: string;
  },
): string[] {
  const value = (name: string) => readTrimmed(read, name);
  const others: readonly (readonly [string, string | undefined])[] = [
    ["WORKSPACE_ID", saved.workspaceId],
    ["PLATFORM_URL", saved.platformUrl.base],
    ["MOLECULE_ORG_ID", saved.orgId],
    ["MOLECULE_ORGANIZATION_ID", saved.orgId],
    ["MOLECULE_WORKSPACES", undefined],
  ];
  const stronger = others.filter(([name, text]) => {
    const set = value(name)?.replace(/\/+$/, "");
    return set !== undefined && set !== text;
  }).map(([name]) =>
    `${name} is set in this environment, to something else, and takes precedence over what was ` +
    "saved: unset it, here and in the client's entry."
  );
  const token = value("MOLECULE_WORKSPACE_TOKEN");
  const weaker = token === undefined || token === saved.token ? [] : [
    "MOLECULE_WORKSPACE_TOKEN is set: it is tried only if the platform refuses the saved token.",
  ];
  const dir = value("CONFIGS_DIR");
  const elsewhere = dir === undefined
    ? []
    : ["CONFIGS_DIR is set: what was saved is found only where it names the same directory."];
  return [...stronger, ...weaker, ...elsewhere];
}
