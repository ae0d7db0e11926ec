import { join } from "@std/path";
import { WorkspaceRegistry } from "../auth/credentials.ts";
import { InboundSecretStore } from "../auth/inbound_secret.ts";
import { TokenStore } from "../auth/token_store.ts";
import { parsePlatformUrl } from "../config/platform_url.ts";
import { connectionOf, readSettingsFile } from "../config/settings_file.ts";
import type { Settings, WorkspaceSettings } from "../config/settings.ts";
import { TOKEN_FILE_NAME } from "../config/token_file.ts";

const INBOUND_SECRET_NAME = ".platform_inbound_secret";

/**
 * The workspaces of this process with their stores. A single workspace uses the reference's file
 * names (tests/README.md, "Files in the state directory"); several workspaces each have their own
 * files.
 */
export function createWorkspaces(
  settings: Settings,
  report: (line: string) => void,
): WorkspaceRegistry {
  const registry = new WorkspaceRegistry({ report });
  for (const workspace of settings.workspaces) {
    registry.register({
      id: workspace.id,
      baseUrl: workspace.platformUrl.base,
      origin: workspace.platformUrl.origin,
      orgId: workspace.orgId,
      bypassProxy: workspace.bypassProxy,
      tokens: tokenStore(workspace, settings, report),
      inboundSecret: new InboundSecretStore({
        filePath: join(settings.stateDir, `${INBOUND_SECRET_NAME}${workspace.fileSuffix ?? ""}`),
        report,
      }),
    });
  }
  return registry;
}

function tokenStore(
  workspace: WorkspaceSettings,
  settings: Settings,
  report: (line: string) => void,
): TokenStore {
  return new TokenStore({
    ...(workspace.fileSuffix === undefined && {
      savedForOther: () => savedForOther(workspace, settings),
    }),
    filePath: join(settings.stateDir, `${TOKEN_FILE_NAME}${workspace.fileSuffix ?? ""}`),
    inlineName: settings.multiWorkspace ? "MOLECULE_WORKSPACES" : "MOLECULE_WORKSPACE_TOKEN",
    inlineToken: workspace.inlineToken,
    tokenFilePath: workspace.tokenFile,
    report,
  });
}

/**
 * Why the saved token must not be used here any more: since this process began, `auth login` has
 * saved one for another workspace or platform, which must not be sent to this one.
 */
async function savedForOther(
  { id, platformUrl }: WorkspaceSettings,
  { stateDir, savedConnection, settingsFileName }: Settings,
): Promise<string | undefined> {
  const file = await readSettingsFile(stateDir, undefined, settingsFileName);
  if (!file || file.problems.length > 0 || connectionOf(file) === savedConnection) return undefined;
  const url = parsePlatformUrl(file.values.get("PLATFORM_URL") ?? "");
  const isSame = file.values.get("WORKSPACE_ID") === id && "base" in url &&
    url.base === platformUrl.base;
  if (isSame) return undefined;
  return `The saved token is not used: ${file.path} names another workspace or platform now. Restart ` +
    "the MCP client to use it";
}
