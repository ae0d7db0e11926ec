import { join } from "@std/path";
import { isUuid } from "../uuid.ts";

const PREFIX = ".write-probe-";

/** A name in the directory that nobody else has, for a file made only to see whether that works. */
export function probePathIn(directory: string): string {
  return join(directory, `${PREFIX}${crypto.randomUUID()}`);
}

/** Whether the file name is one of those: one that stayed may be removed. */
export function isProbe(name: string): boolean {
  return name.startsWith(PREFIX) && isUuid(name.slice(PREFIX.length));
}
