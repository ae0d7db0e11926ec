/**
 * The file in which a running server says how it is doing, for `status`: `.mcp_status_<random>.json`
 * in the state directory, and beside it `.lock`, which the server holds locked as long as it lives.
 *
 * The lock is on a file of its own because on Windows nobody else can read what is locked. Nothing
 * that happens to these files, or to the disk, may harm the server: then `status` knows less.
 *
 * @module
 */
import { join } from "@std/path";
import { isLockHeld } from "../lib/files/held_lock.ts";
import { isLockRefusal } from "../lib/files/lock_file.ts";
import { replaceFile } from "../lib/files/replace_file.ts";
import { sleep } from "../lib/sleep.ts";

const NAME = /^\.mcp_status_([0-9a-f]{32})\.(json|lock|tmp)$/;
const LEAST_INTERVAL_MS = 1_000;
/** Where there are no locks, a server that has been silent for so long is taken to be gone. */
const OLD_MS = 24 * 60 * 60_000;
/** A lock without a status file may be one that is locked in a moment. */
const NEW_MS = 60_000;
/** More than that are not tidied up in one start. */
const MAX_TIDIED = 100;

/** Whether a server lives: `unknown` where the file system has no locks. */
export type Life = "running" | "gone" | "unknown";

/** Which server a file of the state directory is of, and which of its files; `undefined` for others. */
export function statusFileOf(
  name: string,
): { readonly server: string; readonly kind: "json" | "lock" | "tmp" } | undefined {
  const [, server, kind] = NAME.exec(name) ?? [];
  return server !== undefined && (kind === "json" || kind === "lock" || kind === "tmp")
    ? { server, kind }
    : undefined;
}

/** The path of a server's file. */
export function statusPath(
  directory: string,
  server: string,
  kind: "json" | "lock" | "tmp",
): string {
  return join(directory, `.mcp_status_${server}.${kind}`);
}

/** Whether the server lives, told by its lock. */
export async function lifeOf(directory: string, server: string): Promise<Life> {
  const isHeld = await isLockHeld(statusPath(directory, server, "lock"));
  return isHeld === undefined ? "unknown" : isHeld ? "running" : "gone";
}

/** Keeps this process' status file current. Never throws. */
export class StatusFile {
  readonly #directory: string;
  readonly #content: () => unknown;
  readonly #server = crypto.randomUUID().replaceAll("-", "");
  readonly #closing = new AbortController();
  #lock: Deno.FsFile | undefined;
  #writtenAtMs = -Infinity;
  #isStale = true;
  #working: Promise<void> | undefined;

  readonly #leastIntervalMs: number;

  /**
   * @param content what to write, asked for at each write
   * @param options.leastIntervalMs between two writes; less only in tests
   */
  constructor(
    directory: string,
    content: () => unknown,
    { leastIntervalMs = LEAST_INTERVAL_MS } = {},
  ) {
    this.#leastIntervalMs = leastIntervalMs;
    this.#directory = directory;
    this.#content = content;
  }

  /** Removes what killed servers left, and writes for the first time. */
  open(): void {
    this.#working = this.#open();
  }

  /** There is something new to write: soon, and at most once a second. */
  changed(): void {
    this.#isStale = true;
    if (this.#lock && !this.#working) this.#working = this.#write();
  }

  /** Removes the files. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#working;
    const lock = this.#lock;
    if (!lock) return;
    this.#lock = undefined;
    // First the content: without its lock it would be that of a killed server.
    await this.#remove("json");
    lock.close();
    await this.#remove("lock");
  }

  async #open(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    await tidy(this.#directory);
    if (this.#closing.signal.aborted) return;
    try {
      const path = statusPath(this.#directory, this.#server, "lock");
      const file = await Deno.open(path, { read: true, write: true, createNew: true, mode: 0o600 });
      this.#lock = file;
      await (typeof file.tryLock === "function" ? file.tryLock(true) : file.lock(true));
    } catch (error) {
      // Without locks it is written all the same: then `status` does not know whether it is current.
      if (!this.#lock || !isLockRefusal(error)) return this.#forgetLock();
    }
    await this.#write();
  }

  async #write(): Promise<void> {
    const { signal } = this.#closing;
    while (this.#isStale && !signal.aborted) {
      const waitMs = this.#writtenAtMs + this.#leastIntervalMs - performance.now();
      if (waitMs > 0) await sleep(waitMs, signal);
      if (signal.aborted) break;
      this.#isStale = false;
      this.#writtenAtMs = performance.now();
      await this.#writeOnce();
    }
    this.#working = undefined;
  }

  /** Not through the private file, which waits for the disk: this holds no secret, and is soon old. */
  async #writeOnce(): Promise<void> {
    const temp = statusPath(this.#directory, this.#server, "tmp");
    try {
      const text = `${JSON.stringify(this.#content())}\n`;
      await Deno.writeTextFile(temp, text, { createNew: true, mode: 0o600 });
      await replaceFile(temp, statusPath(this.#directory, this.#server, "json"));
    } catch {
      // A full disk, for instance: whoever writes what matters says so.
      await this.#remove("tmp");
    }
  }

  async #remove(kind: "json" | "lock" | "tmp"): Promise<void> {
    await Deno.remove(statusPath(this.#directory, this.#server, kind)).catch(() => {
      // It was not there, or is somebody else's business now.
    });
  }

  async #forgetLock(): Promise<void> {
    const lock = this.#lock;
    this.#lock = this.#working = undefined;
    if (!lock) return;
    lock.close();
    await this.#remove("lock");
  }
}

/** Removes the files of servers that are gone. */
async function tidy(directory: string): Promise<void> {
  try {
    const ended = new Map<string, boolean>();
    for await (const { name, isFile } of Deno.readDir(directory)) {
      const found = statusFileOf(name);
      if (!found || !isFile) continue;
      const { server } = found;
      if (!ended.has(server)) {
        if (ended.size === MAX_TIDIED) return;
        ended.set(server, await isOver(directory, server));
      }
      if (ended.get(server)) await Deno.remove(join(directory, name)).catch(() => {});
    }
  } catch {
    // The directory cannot be listed: nothing to tidy.
  }
}

async function isOver(directory: string, server: string): Promise<boolean> {
  const life = await lifeOf(directory, server);
  if (life === "running") return false;
  const timeOf = async (kind: "json" | "lock" | "tmp") => {
    const info = await Deno.lstat(statusPath(directory, server, kind)).catch(() => undefined);
    return info?.mtime?.getTime() ?? 0;
  };
  const times = [await timeOf("json"), await timeOf("lock"), await timeOf("tmp")] as const;
  const silentMs = Date.now() - Math.max(...times);
  if (life === "unknown") return silentMs > OLD_MS;
  // It is written only while the lock is held.
  return times[0] > 0 || silentMs > NEW_MS;
}
