import { decodeText } from "../decode_text.ts";
import { readRegularFile, type RegularFileOptions } from "./regular_file.ts";

/**
 * The content is remembered only when its last change is this long ago: two writes within one tick of
 * the file system's clock look the same, and FAT counts in steps of two seconds.
 */
const SETTLED_MS = 3_000;
/** A network file system may show an old look for a while; opening the file asks its server. */
const MAX_AGE_MS = 1_000;

/** What was read, and how the file looked just before. */
interface Remembered {
  readonly look: Deno.FileInfo;
  readonly text: string | undefined;
  readonly readAtMs: number;
}

/**
 * The text of a small file as of now, for callers that ask often: a file that looks as it did is not
 * read again.
 */
export class RememberedText {
  readonly #path: string;
  readonly #options: RegularFileOptions;
  readonly #nowMs: () => number;
  #remembered: Remembered | undefined;

  /** @param options.nowMs the time by which files are stamped */
  constructor(path: string, options: RegularFileOptions & { nowMs?: () => number } = {}) {
    this.#path = path;
    this.#options = options;
    this.#nowMs = options.nowMs ?? Date.now;
  }

  /**
   * Whatever is in the file; bytes that are not text become U+FFFD.
   *
   * @returns undefined when there is none, or it cannot be read. Never throws
   */
  async text(): Promise<string | undefined> {
    try {
      const { followLinks = false } = this.#options;
      const look = await (followLinks ? Deno.stat : Deno.lstat)(this.#path);
      const known = this.#remembered;
      const isYoung = known && performance.now() - known.readAtMs < MAX_AGE_MS;
      if (isYoung && isSame(look, known.look)) return known.text;
      return await this.#read(look);
    } catch {
      return undefined; // Then nobody here can reveal it.
    }
  }

  async #read(look: Deno.FileInfo): Promise<string | undefined> {
    const readAtMs = performance.now();
    const isSettled = hasSettled(look, this.#nowMs());
    this.#remembered = undefined;
    const file = await readRegularFile(this.#path, this.#options);
    const text = file && (decodeText(file.bytes) ?? new TextDecoder().decode(file.bytes));
    if (isSettled) this.#remembered = { look, text, readAtMs };
    return text;
  }
}

function isSame(a: Deno.FileInfo, b: Deno.FileInfo): boolean {
  return a.ino === b.ino && a.dev === b.dev && a.size === b.size &&
    a.mtime?.getTime() === b.mtime?.getTime() && a.ctime?.getTime() === b.ctime?.getTime();
}

/** Whether a change from now on will show. */
function hasSettled({ mtime, ctime }: Deno.FileInfo, nowMs: number): boolean {
  if (mtime === null) return false;
  return Math.max(mtime.getTime(), ctime?.getTime() ?? 0) < nowMs - SETTLED_MS;
}
