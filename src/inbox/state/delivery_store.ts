import { errorText } from "../../lib/error_text.ts";
import { removePrivateFile, writePrivateFile } from "../../lib/files/private_file.ts";
import type { DeliveryFiles } from "./delivery_files.ts";
import { NO_ROW, type RowRef, serialiseSnapshot, type Snapshot } from "./delivery_snapshot.ts";

/**
 * Writes the delivery state of one workspace to disk, as two files.
 *
 * The state file is the truth, replaced in one step. The cursor file only mirrors its cursor, for the
 * reference client that may share the directory, and is written after it. A crash between the two
 * leaves a mirror that is one step old, which the state file recognises (`mirrored`); any other
 * cursor file was written by somebody else, who went on from there, and so wins
 * (src/inbox/state/recovery.ts).
 */
export class DeliveryStore {
  readonly #files: DeliveryFiles;
  readonly #report: (line: string) => void;
  #mirrored: string | undefined;

  /** @param mirrored what the cursor file holds */
  constructor(
    files: DeliveryFiles,
    mirrored: string | undefined,
    report: (line: string) => void,
  ) {
    this.#files = files;
    this.#mirrored = mirrored;
    this.#report = report;
  }

  /**
   * Replaces the state file; it is on disk when the promise resolves.
   *
   * @throws the file system's errors; the file is then unchanged
   */
  async write(snapshot: Omit<Snapshot, "mirrored">): Promise<void> {
    const text = serialiseSnapshot({ ...snapshot, mirrored: this.#mirrored });
    await writePrivateFile(this.#files.state, text, { secret: false });
  }

  /** Writes the cursor file. A failure is reported, but loses nothing: never throws. */
  async mirror(cursor: RowRef | undefined): Promise<void> {
    const id = cursor?.id;
    if (id === undefined || id === NO_ROW || id === this.#mirrored) return;
    try {
      await writePrivateFile(this.#files.cursor, id, { secret: false });
      this.#mirrored = id;
    } catch (error) {
      this.#report(`Cannot write ${this.#files.cursor}: ${errorText(error)}`);
    }
  }

  /** Removes the cursor file, as the reference does when the platform does not know its row. */
  async removeCursor(): Promise<void> {
    await removePrivateFile(this.#files.cursor);
    this.#mirrored = undefined;
  }
}
