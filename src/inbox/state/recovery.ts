import { readPrivateFile } from "../../lib/files/private_file.ts";
import type { DeliveryFiles } from "./delivery_files.ts";
import { NO_ROW, parseSnapshot, type RowRef, type Snapshot } from "./delivery_snapshot.ts";
import { errorText } from "../../lib/error_text.ts";
import { isUuid } from "../../lib/uuid.ts";

/** What a process starts with: what the one before it left on disk. */
export interface RecoveredState {
  readonly snapshot: Snapshot;
  /** The `since_id` of the first fetch; `undefined` means a fetch by time. */
  readonly position: string | undefined;
}

/**
 * Reads the state file and the cursor file, and decides which of them to believe.
 *
 * What cannot be read is reported and ignored: messages may then be delivered again, but none is
 * lost.
 */
export async function recoverState(
  files: DeliveryFiles,
  report: (line: string) => void,
): Promise<RecoveredState> {
  const text = await read(files.state, report);
  const saved = parseSnapshot(text);
  if (text !== undefined && !saved) {
    report(`Ignoring ${files.state}: it is damaged. Messages may be delivered again`);
  }
  let mirrored = await read(files.cursor, report);
  if (mirrored === undefined && !saved && files.legacyCursor !== undefined) {
    mirrored = await read(files.legacyCursor, report);
  }
  const snapshot = { cursor: undefined, above: [], below: [], ...saved, mirrored };
  const own = snapshot.cursor?.id || undefined;
  // As this program left it, or one step older, when the program ended between the two writes.
  if (saved && (mirrored === own || mirrored === saved.mirrored)) {
    return { snapshot, position: own };
  }
  // Removed by somebody else, which means a fetch by time.
  if (mirrored === undefined) return { snapshot, position: undefined };
  // To anything but a row's id the platform would always answer with an error.
  if (!isUuid(mirrored)) {
    report(`Ignoring ${files.cursor}: expected the id of a row. Messages may be delivered again`);
    return { snapshot, position: own };
  }
  const cursor = { id: mirrored, createdAt: handledUntil(snapshot.cursor) };
  return { snapshot: { ...snapshot, cursor }, position: mirrored };
}

/**
 * The time before which everything is handled remains valid when somebody else moves the cursor on,
 * and is the only position left if the platform does not know their row.
 */
function handledUntil(cursor: RowRef | undefined): string {
  return cursor === undefined || cursor.id === NO_ROW ? "" : cursor.createdAt;
}

/** @returns undefined if the file is missing, empty, or cannot be read, which is reported */
async function read(path: string, report: (line: string) => void): Promise<string | undefined> {
  try {
    return (await readPrivateFile(path))?.content.trim() || undefined;
  } catch (error) {
    report(
      `Cannot read ${path}: ${errorText(error)}. Messages may be ` +
        "delivered again; remove the file if this persists",
    );
    return undefined;
  }
}
