import { fileSystemLimits } from "../lib/files/file_system_limits.ts";
import { removeLeftovers } from "../lib/files/temp_file.ts";
import type { Log } from "../safety/log.ts";

/**
 * Once per start, while the program already works: removes what killed processes left, and tells
 * what the file system cannot do. Never throws.
 */
export async function lookAfterStateDir(directory: string, log: Log): Promise<void> {
  await removeLeftovers(directory);
  const limits = await fileSystemLimits(directory);
  if (limits !== undefined) log.problem(limits);
}
