import { fileSystemLimits } from "../lib/files/file_system_limits.ts";
import { isProbe } from "../lib/files/probe_file.ts";
import { removeStaleFiles } from "../lib/files/temp_file.ts";
import type { Log } from "../safety/log.ts";

/** Temporary files of this program's private files, as `tempPathFor` names them. */
const OWN_TEMP =
  /^\.(auth_token|platform_inbound_secret|mcp_inbox_[a-z]+)(_[a-z0-9-]+)?\.[0-9a-f]{32}\.tmp$/;

/**
 * Runs once per start, while the program is already working: removes what killed processes left
 * behind, and reports what the file system cannot do. Never throws.
 */
export async function lookAfterStateDir(directory: string, log: Log): Promise<void> {
  // One may hold part of a token, and if its file is never written again it would stay for ever.
  await removeStaleFiles(directory, (name) => OWN_TEMP.test(name) || isProbe(name));
  const limits = await fileSystemLimits(directory);
  if (limits !== undefined) log.problem(limits);
}
