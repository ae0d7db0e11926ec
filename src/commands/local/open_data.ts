import { join } from "@std/path";
import { errorText } from "../../lib/error_text.ts";
import { isExposed, permissionsOf } from "../../lib/files/file_mode.ts";
import { kindOf } from "../../lib/files/private_file_error.ts";
import { openSqliteStore, type SqliteStore } from "../../local/state/sqlite_store.ts";

/** The file of `--data`. */
const FILE_NAME = "platform.db";
const PRIVATE_MODE = 0o600;
const ROOT_UID = 0;
const WORLD_WRITABLE = 0o002;
const STICKY = 0o1000;

/**
 * Opens what an earlier `local` kept in the directory, or begins there; the directory is made, for
 * this user alone.
 *
 * @param uid as whom this process creates files, where there are owners
 * @throws {Error} that says why not
 */
export async function openData(directory: string, uid?: number): Promise<SqliteStore> {
  try {
    await Deno.mkdir(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    const reason = error instanceof Deno.errors.AlreadyExists
      ? "it is there, and no directory"
      : errorText(error);
    throw new Error(`Cannot keep anything in ${directory}: ${reason}`, { cause: error });
  }
  refuseForeign(directory, await Deno.stat(directory), uid);
  const path = join(directory, FILE_NAME);
  await makePrivate(path, uid);
  return await openSqliteStore(path);
}

/** SQLite makes its files readable by everybody; beside an existing one it goes by that one's mode. */
async function makePrivate(path: string, uid: number | undefined): Promise<void> {
  const there = await Deno.stat(path).catch(() => undefined);
  if (there) {
    refuseForeign(path, there, uid);
    // To open a named pipe would be to wait for its reader, which nothing can interrupt.
    if (!there.isFile) throw new Error(`Cannot keep anything in ${path}: it is ${kindOf(there)}`);
    if (isExposed(permissionsOf(there))) await Deno.chmod(path, PRIVATE_MODE);
    return;
  }
  const file = await Deno.open(path, { create: true, write: true, mode: PRIVATE_MODE });
  file.close();
}

/** Whoever can put a database there has a token of each workspace in it. */
function refuseForeign(path: string, info: Deno.FileInfo, uid: number | undefined): void {
  const { uid: owner, mode } = info;
  if (uid === undefined || owner === null) return;
  if (owner !== uid && owner !== ROOT_UID) {
    throw new Error(
      `Cannot keep anything in ${path}: it belongs to another user (uid ${owner}, this program ` +
        `runs as uid ${uid}), who could read and replace it`,
    );
  }
  const bits = mode ?? 0;
  if (!info.isDirectory || (bits & WORLD_WRITABLE) === 0 || (bits & STICKY) !== 0) return;
  throw new Error(
    `Cannot keep anything in ${path}: everybody may write there, and replace what it holds. Choose ` +
      "another directory, or close it (chmod o-w)",
  );
}
