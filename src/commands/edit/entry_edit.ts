import { PrivateFileError } from "../../lib/files/private_file_error.ts";
import { removePrivateFile, writePrivateFile } from "../../lib/files/private_file.ts";
import { isObject, type JsonObject } from "../../lib/json.ts";
import {
  type ConfigFile,
  makeDirectoryOf,
  readConfigFile,
  removeConfigFile,
  writeConfigFile,
} from "./config_file.ts";
import { ConfigFileError, FileChangedError } from "./config_file_error.ts";
import { whileAlone } from "./edit_lock.ts";
import { EditError, entryAt, type Format, type KeyPath, putEntry, removeEntry } from "./format.ts";
import { applySplices, difference, type Splice } from "./splice.ts";

const BACKUP_ENDING = ".molecule-backup";
const MAX_READS = 5;
/** What the entries of `install` consist of (clients/): whatever else is in one, a person wrote. */
const OWN_KEYS = ["type", "command", "args", "tools"];

/** What is to happen to a file. */
export interface PlannedEdit {
  readonly file: ConfigFile;
  readonly splices: readonly Splice[];
  /** The whole text afterwards; undefined: the file goes, as it was not there before `install`. */
  readonly text: string | undefined;
  /** What keeps the present text: written, left as it is, or removed as no longer needed. */
  readonly backup: "write" | "keep" | "remove";
}

/**
 * Where the text of a file before the change is kept.
 *
 * @param path what a link leads to, never the link: the text, with its secrets, would be where the
 *   link is, in a repository for instance
 */
export function backupPath(path: string): string {
  return `${path}${BACKUP_ENDING}`;
}

/**
 * The edit that sets an entry. A backup that is exactly this file without the entry stays: it is what
 * `uninstall` restores.
 *
 * @throws {EditError}
 */
export async function planPut(
  file: ConfigFile,
  format: Format,
  path: KeyPath,
  value: JsonObject,
  isOwn: boolean,
): Promise<PlannedEdit> {
  const text = file.text ?? "";
  const splices = putEntry(format, text, path, value);
  const after = applySplices(text, splices);
  if (file.text === undefined) return { file, splices, text: after, backup: "remove" };
  const isWhole = isOwn && isOwnWork(file, format, path);
  const before = isWhole ? "" : isOwn ? await baseOf(file, format, path) : undefined;
  const isKept = before !== undefined && putOrUndefined(format, before, path, value) === after;
  return { file, splices, text: after, backup: isKept ? "keep" : "write" };
}

/**
 * The edit that takes the entry out: back to the text before `install` where nothing else has changed
 * since, else only the entry goes.
 *
 * @throws {EditError}
 */
export async function planRemove(
  file: ConfigFile,
  format: Format,
  path: KeyPath,
): Promise<PlannedEdit> {
  const text = file.text ?? "";
  const before = await baseOf(file, format, path);
  if (before !== undefined) {
    return { file, splices: [difference(text, before)], text: before, backup: "remove" };
  }
  if (isOwnWork(file, format, path)) {
    return { file, splices: [difference(text, "")], text: undefined, backup: "keep" };
  }
  const keep = await keysBefore(file, format, path);
  const splices = removeEntry(format, text, path, keep);
  return { file, splices, text: applySplices(text, splices), backup: "write" };
}

/**
 * Carries an edit out, over again when somebody else has written the file meanwhile.
 *
 * @param plan makes the edit for the file as it is then; undefined: nothing to do
 * @param within a directory that links must not lead out of
 * @returns the edit that was made
 * @throws {EditError}
 * @throws {ConfigFileError}
 */
export async function carryOut(
  path: string,
  plan: (file: ConfigFile) => Promise<PlannedEdit | undefined>,
  within?: string,
): Promise<PlannedEdit | undefined> {
  const { target } = await readConfigFile(path, within);
  await makeDirectoryOf(path, target);
  return await whileAlone(target, () => carryOutAlone(path, plan, within));
}

async function carryOutAlone(
  path: string,
  plan: (file: ConfigFile) => Promise<PlannedEdit | undefined>,
  within: string | undefined,
): Promise<PlannedEdit | undefined> {
  for (let reads = 1;; reads++) {
    const edit = await plan(await readConfigFile(path, within));
    if (!edit) return undefined;
    try {
      await apply(edit);
      return edit;
    } catch (error) {
      if (!(error instanceof FileChangedError)) throw error;
      if (reads >= MAX_READS) {
        throw new ConfigFileError(`${path} keeps changing: close the client and try again`);
      }
    }
  }
}

async function apply({ file, text, backup }: PlannedEdit): Promise<void> {
  const saved = backupPath(file.target);
  const kept = backup === "write" ? await readBackup(file) : undefined;
  try {
    if (backup === "write") await writePrivateFile(saved, file.text ?? "");
    try {
      if (text === undefined) await removeConfigFile(file);
      else await writeConfigFile(file, text);
    } catch (error) {
      // What is not changed needs no backup, which may hold secrets.
      if (backup === "write") await restoreBackup(saved, kept);
      throw error;
    }
    if (backup === "remove") await removePrivateFile(saved);
  } catch (error) {
    if (!(error instanceof PrivateFileError)) throw error;
    throw new ConfigFileError(error.message);
  }
}

async function restoreBackup(saved: string, kept: string | undefined): Promise<void> {
  try {
    await (kept === undefined ? removePrivateFile(saved) : writePrivateFile(saved, kept));
  } catch {
    // The first failure is the one to tell.
  }
}

/** The backup's text, if putting the present entry into it makes the present text. */
async function baseOf(
  file: ConfigFile,
  format: Format,
  path: KeyPath,
): Promise<string | undefined> {
  const before = await readBackup(file);
  if (before === undefined || file.text === undefined) return undefined;
  const entry = entryAt(format, file.text, path);
  return putOrUndefined(format, before, path, entry) === file.text ? before : undefined;
}

/** Whether the file is what `install` makes where there is none. */
function isOwnWork({ text = "" }: ConfigFile, format: Format, path: KeyPath): boolean {
  const entry = entryAt(format, text, path);
  const hasMore = isObject(entry) && Object.keys(entry).some((key) => !OWN_KEYS.includes(key));
  return !hasMore && putOrUndefined(format, "", path, entry) === text;
}

/** How many keys of the path were there before the entry: all of them where that cannot be told. */
async function keysBefore(file: ConfigFile, format: Format, path: KeyPath): Promise<number> {
  const before = await readBackup(file);
  if (before === undefined) return 0;
  try {
    const depth = path.findIndex((_, index) =>
      entryAt(format, before, path.slice(0, index + 1)) === undefined
    );
    return depth === -1 ? path.length - 1 : depth;
  } catch (error) {
    if (!(error instanceof EditError)) throw error;
    return 0;
  }
}

async function readBackup(file: ConfigFile): Promise<string | undefined> {
  try {
    return (await readConfigFile(backupPath(file.target), file.within)).text;
  } catch (error) {
    if (!(error instanceof ConfigFileError)) throw error;
    return undefined;
  }
}

function putOrUndefined(
  format: Format,
  text: string,
  path: KeyPath,
  entry: unknown,
): string | undefined {
  if (entry === null || typeof entry !== "object" || Array.isArray(entry)) return undefined;
  try {
    return applySplices(text, putEntry(format, text, path, { ...entry }));
  } catch (error) {
    if (!(error instanceof EditError)) throw error;
    return undefined;
  }
}
