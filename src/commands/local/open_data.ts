import { join } from "@std/path";
import { errorText } from "../../lib/error_text.ts";
import { openSqliteStore, type SqliteStore } from "../../local/state/sqlite_store.ts";

/** The file of `--data`. */
const FILE_NAME = "platform.db";

/**
 * Opens what an earlier `local` kept in the directory, or begins there; the directory is made, for
 * this user alone.
 *
 * @throws {Error} that says why not
 */
export async function openData(directory: string): Promise<SqliteStore> {
  try {
    await Deno.mkdir(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    const reason = error instanceof Deno.errors.AlreadyExists
      ? "it is there, and no directory"
      : errorText(error);
    throw new Error(`Cannot keep anything in ${directory}: ${reason}`, { cause: error });
  }
  const path = join(directory, FILE_NAME);
  // SQLite makes its files readable by everybody; beside an existing one it goes by that one's mode.
  const file = await Deno.open(path, { create: true, write: true, mode: 0o600 });
  file.close();
  return await openSqliteStore(path);
}
