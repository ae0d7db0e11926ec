import { BoundedMap } from "../../lib/bounded_map.ts";
import { parsePendingUri } from "./attachments.ts";

/** How many ids are remembered; a file's echo arrives within seconds. */
const MAX_REMEMBERED = 1_000;

/**
 * Files that this agent sent: a poll-mode workspace gets each of them back as a row in its own
 * inbox (src/platform/API.md, "Upload a file").
 */
export class SentFiles {
  readonly #fileIds = new BoundedMap<string, true>(MAX_REMEMBERED);

  /** @param uri as the upload returned it; other kinds of URI have no echo */
  remember(uri: string): void {
    const fileId = parsePendingUri(uri)?.fileId;
    if (fileId === undefined) return;
    this.#fileIds.set(fileId, true);
  }

  has(fileId: string): boolean {
    return this.#fileIds.has(fileId.toLowerCase());
  }
}
