import { walk } from "@std/fs";
import { basename, dirname, join } from "@std/path";
import { removeFile } from "./replace_file.ts";

const RANDOM_BYTES = 16;
const STALE_AFTER_MS = 60 * 60 * 1000;

/** A name beside `path` that nobody else has: `<name>.<32 hex>.tmp`. */
export function tempPathFor(path: string): string {
  const random = crypto.getRandomValues(new Uint8Array(RANDOM_BYTES));
  const hex = Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return join(dirname(path), `${basename(path)}.${hex}.tmp`);
}

/**
 * Removes the temporary files of `path` that a killed writer left more than an hour ago.
 *
 * Younger ones may belong to another process that is writing right now, so they stay.
 */
export async function removeStaleTemps(path: string, nowMs = Date.now()): Promise<void> {
  await removeStaleFiles(dirname(path), (name) => isTempOf(basename(path), name), nowMs);
}

/**
 * Removes the files of a directory, by their names, that were last written more than an hour ago.
 * Never fails.
 */
export async function removeStaleFiles(
  directory: string,
  matches: (name: string) => boolean,
  nowMs = Date.now(),
): Promise<void> {
  try {
    const entries = walk(directory, { maxDepth: 1, includeDirs: false });
    for await (const { path, name, isFile } of entries) {
      if (isFile && matches(name)) await removeIfStale(path, nowMs);
    }
  } catch {
    // Housekeeping must never fail a save: a directory that cannot be listed can still be written to.
  }
}

async function removeIfStale(path: string, nowMs: number): Promise<void> {
  try {
    const { mtime } = await Deno.lstat(path);
    if (mtime !== null && nowMs - mtime.getTime() > STALE_AFTER_MS) await removeFile(path);
  } catch {
    // Another process may have removed it first, or has it open: the others are looked at all the same.
  }
}

function isTempOf(name: string, entry: string): boolean {
  return entry.startsWith(`${name}.`) && /^\.[0-9a-f]{32}\.tmp$/.test(entry.slice(name.length));
}
