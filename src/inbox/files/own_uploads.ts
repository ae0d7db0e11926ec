import { parsePendingUri } from "./pending_uri.ts";

/** Ids remembered at most; an upload's echo comes within seconds. */
const MAX_REMEMBERED = 1_000;

/**
 * Files that this agent uploaded: a poll-mode workspace sees each of them again as a row in its own
 * inbox (platform-api 14.1, Echo).
 */
export class OwnUploads {
  readonly #fileIds = new Set<string>();

  /** @param uri as the upload returned it; other kinds of URI have no echo */
  remember(uri: string): void {
    const fileId = parsePendingUri(uri)?.fileId;
    if (fileId === undefined) return;
    this.#fileIds.add(fileId);
    if (this.#fileIds.size <= MAX_REMEMBERED) return;
    for (const oldest of this.#fileIds) {
      this.#fileIds.delete(oldest);
      break;
    }
  }

  has(fileId: string): boolean {
    return this.#fileIds.has(fileId.toLowerCase());
  }
}
