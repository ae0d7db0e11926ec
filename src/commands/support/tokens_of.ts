import { join } from "@std/path";
import { TokenSources } from "../../auth/token_sources.ts";
import type { Settings, WorkspaceSettings } from "../../config/settings.ts";
import { TOKEN_FILE_NAME } from "../../config/token_file.ts";
import { permissionsOf } from "../../lib/files/file_mode.ts";

/** A token and where it lies. */
export interface FoundToken {
  /** A path, or the name of a variable. */
  readonly label: string;
  readonly token: string;
  /** Of its file, where it has one and files have modes. */
  readonly mode?: number;
}

/** What a workspace's places hold. */
export interface FoundTokens {
  /** In the order in which the server tries them; the same token is there once. */
  readonly candidates: readonly FoundToken[];
  /** What is wrong with a place, as a sentence. */
  readonly problems: readonly string[];
}

/**
 * Looks where the server looks (src/auth/token_sources.ts). Never throws for what it finds.
 *
 * @param manyOf where the tokens of several workspaces are: the variable, or the path of settings.json
 */
export async function tokensOf(
  workspace: WorkspaceSettings,
  { stateDir, multiWorkspace }: Pick<Settings, "stateDir" | "multiWorkspace">,
  manyOf: string = "MOLECULE_WORKSPACES",
): Promise<FoundTokens> {
  const { inlineToken, tokenFile, fileSuffix = "" } = workspace;
  const filePath = join(stateDir, `${TOKEN_FILE_NAME}${fileSuffix}`);
  const problems: string[] = [];
  const sources = new TokenSources({
    filePath,
    inlineToken,
    inlineName: multiWorkspace ? manyOf : "MOLECULE_WORKSPACE_TOKEN",
    tokenFilePath: tokenFile,
    report: (line) => problems.push(line),
  });
  const seen = new Set<string>();
  const candidates: FoundToken[] = [];
  for (const { source, label, token } of await sources.read()) {
    if (seen.has(token)) continue;
    seen.add(token);
    const path = source === "file" ? filePath : source === "token file" ? tokenFile : undefined;
    const mode = path === undefined ? undefined : await modeOf(path);
    candidates.push({ label, token, ...(mode !== undefined && { mode }) });
  }
  // Modes are shown beside each token.
  return { candidates, problems: problems.filter((line) => !/others on this machine/.test(line)) };
}

async function modeOf(path: string): Promise<number | undefined> {
  try {
    return permissionsOf(await Deno.stat(path));
  } catch {
    return undefined; // Gone in between.
  }
}
