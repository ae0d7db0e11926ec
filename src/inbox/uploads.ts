import { ensureDir } from "@std/fs";
import { join } from "@std/path";
import type { PlatformClient } from "../platform/client.ts";
import { PlatformError } from "../platform/errors.ts";
import { acknowledgeUpload, fetchPendingUpload } from "../platform/pending_uploads.ts";
import { pause } from "../presence/timer.ts";
import type { Log } from "../safety/log.ts";
import { sanitiseFileName } from "./rewrite.ts";

/** As the platform's own limit (platform-api 14.1). */
const MAX_FILE_BYTES = 25 * 1024 * 1024;
const MAX_CONCURRENT = 4;
const ATTEMPTS = 3;
const RETRY_MS = 1_000;
/** Files older than this are removed; the agent had its time to read them. */
const KEEP_MS = 30 * 24 * 60 * 60_000;
/** Remembered places of fetched files; older messages keep their local path anyway. */
const MAX_REMEMBERED = 1_000;
const DIRECTORY = "chat-uploads";

/** A file that a user sent, as its activity row names it. */
export interface PendingUpload {
  readonly fileId: string;
  readonly name: string;
}

/** A file that cannot be taken: too large, or the disk refuses it. */
class UploadRefusedError extends Error {
  override readonly name = "UploadRefusedError";
}

/**
 * Fetches what users send to one workspace: streamed to the state directory, acknowledged once it
 * is safe there (platform-api 14.3, runtime-behaviour C5).
 */
export class UploadFetcher {
  readonly #client: PlatformClient;
  readonly #directory: string;
  readonly #log: Log;
  /** `platform-pending:` URI to local path. */
  readonly #fetched = new Map<string, string>();

  constructor(client: PlatformClient, options: { stateDir: string; log: Log }) {
    this.#client = client;
    this.#directory = join(options.stateDir, DIRECTORY);
    this.#log = options.log;
  }

  /** The local path behind a `platform-pending:` URI, once it was fetched. */
  localPath(uri: string): string | undefined {
    return this.#fetched.get(uri);
  }

  /**
   * Fetches the files, at most 4 at once. One that cannot be had is reported and left on the
   * platform: its messages then keep the platform's URI.
   */
  async fetchAll(uploads: readonly PendingUpload[], signal: AbortSignal): Promise<void> {
    const queue = [...uploads];
    const worker = async () => {
      for (let next = queue.shift(); next && !signal.aborted; next = queue.shift()) {
        await this.#fetchReported(next, signal);
      }
    };
    await Promise.all(Array.from({ length: Math.min(MAX_CONCURRENT, queue.length) }, worker));
  }

  /** Removes files that have been here for 30 days, and what an interrupted fetch left behind. */
  async removeExpired(nowMs = Date.now()): Promise<void> {
    try {
      for await (const entry of Deno.readDir(this.#directory)) {
        if (!/^[0-9a-f]{32}-/.test(entry.name)) continue; // Not one of ours.
        const path = join(this.#directory, entry.name);
        const { mtime } = await Deno.stat(path);
        if (mtime && nowMs - mtime.getTime() > KEEP_MS) await Deno.remove(path);
      }
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      this.#log.problem(`Cannot tidy up ${this.#directory}: ${messageOf(error)}`);
    }
  }

  async #fetchReported(upload: PendingUpload, signal: AbortSignal): Promise<void> {
    const uri = `platform-pending:${this.#client.workspace.id}/${upload.fileId}`;
    if (this.#fetched.has(uri)) return;
    try {
      const path = await this.#fetchWithRetries(upload, signal);
      this.#fetched.set(uri, path);
      this.#forgetOldest();
      await acknowledgeUpload(this.#client, upload.fileId, signal);
    } catch (error) {
      if (signal.aborted) return;
      this.#log.problem(
        this.#fetched.has(uri)
          ? `The file ${upload.name} is here, but acknowledging it failed: ${messageOf(error)}`
          : `Cannot fetch the file ${upload.name} that was sent to workspace ${this.#client.workspace.id}: ${
            messageOf(error)
          }`,
      );
    }
  }

  async #fetchWithRetries(upload: PendingUpload, signal: AbortSignal): Promise<string> {
    for (let attempt = 1;; attempt++) {
      try {
        return await fetchPendingUpload(
          this.#client,
          upload.fileId,
          (body) => this.#store(upload.name, body),
          signal,
        );
      } catch (error) {
        if (attempt >= ATTEMPTS || signal.aborted || !isPassing(error)) throw error;
        await pause(RETRY_MS * attempt, signal);
      }
    }
  }

  /** Writes the body to a new private file; nothing is left of one that did not arrive whole. */
  async #store(name: string, body: ReadableStream<Uint8Array>): Promise<string> {
    await ensureDir(this.#directory);
    const id = crypto.randomUUID().replaceAll("-", "");
    const path = join(this.#directory, `${id}-${sanitiseFileName(name)}`);
    try {
      using file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
      let size = 0;
      for await (const chunk of body) {
        size += chunk.byteLength;
        if (size > MAX_FILE_BYTES) {
          throw new UploadRefusedError(`it is larger than ${MAX_FILE_BYTES / 1024 / 1024} MiB`);
        }
        for (let offset = 0; offset < chunk.byteLength;) {
          offset += await file.write(chunk.subarray(offset));
        }
      }
      await file.sync();
      return path;
    } catch (error) {
      await Deno.remove(path).catch(() => {
        // The first error is the one that matters.
      });
      throw error;
    }
  }

  #forgetOldest(): void {
    if (this.#fetched.size <= MAX_REMEMBERED) return;
    for (const oldest of this.#fetched.keys()) {
      this.#fetched.delete(oldest);
      break;
    }
  }
}

/** Trouble of the network or the platform that may be over in a second. */
function isPassing(error: unknown): boolean {
  return error instanceof PlatformError &&
    ["server", "unreachable", "timed_out", "rate_limited"].includes(error.kind);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
