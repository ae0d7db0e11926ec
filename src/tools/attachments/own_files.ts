import { basename, dirname, join } from "@std/path";
import type { Settings } from "../../config/settings.ts";
import { RECEIVED_FILES_DIRECTORY } from "../../inbox/files/received_files.ts";

/** Also the files of workspaces that are not configured here; in any case, as some systems see them. */
const SECRET_FILE = /^\.(auth_token|platform_inbound_secret)/i;

/** This program's own files, by real path. */
export interface OwnFiles {
  /**
   * Must not leave this machine: token files of any profile, the state directory's hidden files.
   */
  areSecret(realPath: string): boolean;
  /** A user sent it, so it may go on. */
  wereReceived(realPath: string): boolean;
}

/** Finds them as they are now, with links resolved. */
export async function ownFiles(
  { stateDir, workspaces }: Pick<Settings, "stateDir" | "workspaces">,
): Promise<OwnFiles> {
  const [state, ...tokenFiles] = await Promise.all(
    [stateDir, ...workspaces.flatMap(({ tokenFile }) => tokenFile ?? [])].map(realPathOf),
  );
  return {
    areSecret: (path) =>
      tokenFiles.includes(path) || SECRET_FILE.test(basename(path)) ||
      (dirname(path) === state && basename(path).startsWith(".")),
    wereReceived: (path) =>
      state !== undefined && dirname(path) === join(state, RECEIVED_FILES_DIRECTORY) &&
      !basename(path).startsWith("."),
  };
}

async function realPathOf(path: string): Promise<string | undefined> {
  try {
    return await Deno.realPath(path);
  } catch {
    return undefined; // What cannot be found cannot be sent either.
  }
}
