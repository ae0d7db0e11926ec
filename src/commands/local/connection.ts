/**
 * How `--local` finds the platform that runs: `local/connection.json` in the state directory, and
 * beside it a lock that is held as long as it runs.
 *
 * @module
 */
import { join } from "@std/path";
import { tryLock } from "../../lib/files/lock_file.ts";
import {
  readPrivateFile,
  removePrivateFile,
  writePrivateFile,
} from "../../lib/files/private_file.ts";
import { decodeJson, isObject } from "../../lib/json.ts";
import { RUNNING_LOCK_NAME } from "../../config/local_platform.ts";
import { CONNECTION_FILE_NAME } from "../../config/settings_file.ts";
import { TOKEN_FILE_NAME } from "../../config/token_file.ts";

/** How long to wait for the answer of a platform on this machine. */
const PATIENCE_MS = 2_000;

/** What is needed to be the user's own workspace. */
export interface Connection {
  readonly platformUrl: string;
  readonly workspaceId: string;
  readonly token: string;
}

/** A platform that runs already. */
export interface Running {
  readonly pid: number | undefined;
  readonly platformUrl: string | undefined;
}

/** The files of the platform that this process runs. */
export class ConnectionFiles {
  readonly path: string;
  readonly #tokenPath: string;
  readonly #lock: Deno.FsFile;
  readonly #startedAt = new Date().toISOString();

  private constructor(directory: string, lock: Deno.FsFile) {
    this.path = join(directory, CONNECTION_FILE_NAME);
    this.#tokenPath = join(directory, TOKEN_FILE_NAME);
    this.#lock = lock;
  }

  /**
   * Takes the directory for this process, or says who has it.
   *
   * @throws {Error} when something else is in the place of a file
   */
  static async take(directory: string): Promise<ConnectionFiles | { readonly running: Running }> {
    const lockPath = join(directory, RUNNING_LOCK_NAME);
    // Each system has other words for what cannot be opened, and Windows takes some for something else.
    const info = await Deno.lstat(lockPath).catch(() => undefined);
    if (info && !info.isFile) {
      throw new Error(`${lockPath} is not a file; look at it, and remove it`);
    }
    const lock = await Deno.open(lockPath, {
      read: true,
      write: true,
      create: true,
      mode: 0o600,
    });
    const isOurs = await tryLock(lock, true);
    if (isOurs) return new ConnectionFiles(directory, lock);
    const running = await runningIn(directory);
    // Where the lock tells nothing, the file may be of one that was killed: then nobody answers.
    if (isOurs === undefined && !await answers(running.platformUrl)) {
      return new ConnectionFiles(directory, lock);
    }
    lock.close();
    return { running };
  }

  /** Says where the platform is, and who the user's workspace is. */
  async write({ platformUrl, workspaceId, token }: Connection): Promise<void> {
    // Where a server looks again when its token is refused, as for any other platform.
    await writePrivateFile(this.#tokenPath, `${token}\n`);
    const connection = {
      version: 1,
      platform_url: platformUrl,
      workspace_id: workspaceId,
      token,
      pid: Deno.pid,
      started_at: this.#startedAt,
    };
    await writePrivateFile(this.path, `${JSON.stringify(connection, null, 2)}\n`);
  }

  /** Takes it all away. @throws {PrivateFileError} when something stays, after all else has gone */
  async remove(): Promise<void> {
    const removed = await Promise.allSettled([this.path, this.#tokenPath].map(removePrivateFile));
    // The empty lock file stays: another process may have opened it already.
    this.#lock.close();
    const failed = removed.find(({ status }) => status === "rejected");
    if (failed?.status === "rejected") throw failed.reason;
  }
}

/** Whether a local platform is at the address. */
async function answers(url: string | undefined): Promise<boolean> {
  if (url === undefined || !/^http:\/\/127\.0\.0\.1:\d+$/.test(url)) return false;
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await fetch(`${url}/health`, { redirect: "manual", signal });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

async function runningIn(directory: string): Promise<Running> {
  const file = await readPrivateFile(join(directory, CONNECTION_FILE_NAME));
  const json = decodeJson(file?.content ?? "");
  const { pid, platform_url: url } = isObject(json) ? json : {};
  return {
    pid: typeof pid === "number" ? pid : undefined,
    platformUrl: typeof url === "string" ? url : undefined,
  };
}
