import { join } from "@std/path";
import { reasonOf } from "../../lib/system_error.ts";
import type { PlatformClient } from "../../platform/client/client.ts";
import { PlatformError } from "../../platform/errors/platform_error.ts";
import { acknowledgeReceivedFile, fetchReceivedFile } from "../../platform/api/received_files.ts";
import { sleep } from "../../lib/sleep.ts";
import type { Log } from "../../safety/log.ts";
import { parsePendingUri, type ReceivedFile } from "./attachments.ts";
import { ReceivedFileStore } from "./received_file_store.ts";

const MAX_CONCURRENT = 4;
const ATTEMPTS = 3;
const RETRY_MS = 1_000;
/** Messages wait for their files, so a longer `Retry-After` than this is not respected. */
const MAX_RETRY_MS = 60_000;
/** The name of the directory for files that users sent, in the state directory. */
export const RECEIVED_FILES_DIRECTORY = "chat-uploads";

/**
 * The files that users send to one workspace: they are streamed to the state directory,
 * acknowledged once they are safe there, and kept for 30 days (src/platform/API.md, "Fetch an
 * uploaded file"; tests/README.md, "Uploaded files").
 */
export class ReceivedFiles {
  readonly #client: PlatformClient;
  readonly #store: ReceivedFileStore;
  readonly #log: Log;
  readonly #retryMs: number;

  /** @param options.retryMs the pause before the second attempt */
  constructor(
    client: PlatformClient,
    options: { stateDir: string; log: Log; retryMs?: number },
  ) {
    this.#client = client;
    this.#store = new ReceivedFileStore(join(options.stateDir, RECEIVED_FILES_DIRECTORY));
    this.#log = options.log;
    this.#retryMs = options.retryMs ?? RETRY_MS;
  }

  /** The local path for a `platform-pending:` URI of this workspace, once its file is fetched. */
  localPath(uri: string): string | undefined {
    const file = parsePendingUri(uri);
    return file?.workspaceId === this.#client.workspace.id
      ? this.#store.path(file.fileId)
      : undefined;
  }

  /**
   * Saves the whole text of a long message beside these files, for the same time.
   *
   * @returns the path; if the file already exists, that file's
   * @throws the file system's errors
   */
  async saveText(rowId: string, text: string): Promise<string> {
    const { id } = this.#client.workspace;
    const fileId = (await sha256(`${id}/${rowId}`)).slice(0, 32);
    const known = this.#store.path(fileId);
    if (known !== undefined) return known;
    // A token in it is replaced, as in every tool result.
    const { outbound } = this.#client;
    await outbound.refresh();
    return await this.#store.save(fileId, "message.txt", new Blob([outbound.text(text)]).stream());
  }

  /**
   * Fetches the files, at most 4 at once. A file that cannot be fetched is reported and left on the
   * platform: messages then keep the platform's URI for it.
   */
  async fetchAll(files: readonly ReceivedFile[], signal: AbortSignal): Promise<void> {
    const queue = [...new Map(files.map((file) => [file.fileId, file])).values()];
    const worker = async () => {
      for (let next = queue.shift(); next && !signal.aborted; next = queue.shift()) {
        await this.#fetch(next, signal);
      }
    };
    await Promise.all(Array.from({ length: Math.min(MAX_CONCURRENT, queue.length) }, worker));
  }

  /**
   * Lists the files from earlier runs, and removes those that are 30 days old and what an
   * interrupted fetch left behind. Never throws.
   */
  async removeExpired(nowMs = Date.now()): Promise<void> {
    try {
      await this.#store.tidy(nowMs);
    } catch (error) {
      this.#log.problem(`Cannot tidy up ${this.#store.directory}: ${reasonOf(error)}`);
    }
  }

  async #fetch(file: ReceivedFile, signal: AbortSignal): Promise<void> {
    const knownBefore = this.#store.path(file.fileId) !== undefined;
    try {
      if (!knownBefore) await this.#save(file, signal);
    } catch (error) {
      if (signal.aborted) return;
      this.#log.problem(
        `Cannot fetch the file ${file.name} that was sent to workspace ` +
          `${this.#client.workspace.id}: ${reasonOf(error)}`,
      );
      return;
    }
    try {
      await acknowledgeReceivedFile(this.#client, file.fileId, signal);
    } catch (error) {
      // A file from before a restart was most likely acknowledged before it, too.
      if (signal.aborted || (knownBefore && isNotFound(error))) return;
      this.#log.problem(
        `The file ${file.name} was saved, but acknowledging it failed: ${reasonOf(error)}`,
      );
    }
  }

  async #save(file: ReceivedFile, signal: AbortSignal): Promise<void> {
    const { fileId, name } = file;
    for (let attempt = 1;; attempt++) {
      try {
        await fetchReceivedFile(
          this.#client,
          fileId,
          (body) => this.#store.save(fileId, name, body),
          signal,
        );
        return;
      } catch (error) {
        const pauseMs = retryPauseMs(error, attempt * this.#retryMs);
        if (attempt >= ATTEMPTS || signal.aborted || pauseMs === undefined) throw error;
        await sleep(pauseMs, signal);
      }
    }
  }
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * How long to wait before the next attempt: `undefined` unless the trouble may be over in a moment.
 * A call that has used its whole minute is not repeated: messages are waiting for it.
 */
function retryPauseMs(error: unknown, leastMs: number): number | undefined {
  if (!(error instanceof PlatformError)) return undefined;
  if (!["server", "unreachable", "rate_limited"].includes(error.kind)) return undefined;
  const pauseMs = Math.max(leastMs, error.retryAfterMs ?? 0);
  return pauseMs > MAX_RETRY_MS ? undefined : pauseMs;
}

function isNotFound(error: unknown): boolean {
  return error instanceof PlatformError && error.kind === "not_found";
}
