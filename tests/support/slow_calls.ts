/** In real time, for the next part of an answer. */
const HANGING_MS = 1_000;
const SLOW_CALLS = {
  namespace: ["open", "lstat", "stat", "mkdir", "rename", "remove", "chmod", "readFile"],
  // Not `lock`, which may wait for another process for ever.
  file: ["read", "write", "sync", "stat", "truncate", "seek", "tryLock"],
  crypto: ["digest"],
} as const;

/** Timers of real time. */
type Timers = Pick<typeof globalThis, "setTimeout" | "clearTimeout">;

/**
 * Counts the calls that take real time and are under way: requests and their answers, file operations,
 * digests. Until it is disposed of.
 */
export class SlowCalls implements Disposable {
  readonly #timers: Timers;
  readonly #hangingMs: number;
  readonly #restore: (() => void)[] = [];
  #underWay = 0;
  #ended = 0;

  /** @param hangingMs after which an answer that does not go on is one that hangs, and counts no more */
  constructor(timers: Timers, hangingMs = HANGING_MS) {
    this.#timers = timers;
    this.#hangingMs = hangingMs;
    this.#count(globalThis, ["fetch"]);
    this.#countBodies();
    this.#count(Deno, SLOW_CALLS.namespace);
    this.#count(Deno.FsFile.prototype, SLOW_CALLS.file);
    this.#count(SubtleCrypto.prototype, SLOW_CALLS.crypto);
    this.#countDirectories();
  }

  /** How many are under way. */
  get underWay(): number {
    return this.#underWay;
  }

  /** How many have ended. */
  get ended(): number {
    return this.#ended;
  }

  [Symbol.dispose](): void {
    for (const restore of this.#restore.toReversed()) restore();
  }

  /** An answer is under way until its last byte is read, not only until its headers are there. */
  #countBodies(): void {
    const { fetch } = globalThis;
    this.#restore.push(() => globalThis.fetch = fetch);
    globalThis.fetch = async (input, init) => {
      const response = await fetch(input, init);
      const { body, status, statusText, headers } = response;
      // A stream of events has no end; a part of it may come at any time.
      const isStream = new Headers(init?.headers).get("accept") === "text/event-stream";
      if (!body || isStream) return response;
      return new Response(this.#counted(body), { status, statusText, headers });
    };
  }

  /** Counts while somebody waits for the next entry of a directory. */
  #countDirectories(): void {
    const { readDir } = Deno;
    this.#restore.push(() => Deno.readDir = readDir);
    const begin = () => this.#begin();
    Deno.readDir = async function* (path) {
      const entries = readDir(path)[Symbol.asyncIterator]();
      while (true) {
        const counted = begin();
        const { done, value } = await entries.next().finally(counted.end);
        if (done) return;
        yield value;
      }
    };
  }

  /** Counts while somebody waits for the next part. */
  #counted(body: ReadableStream<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array<ArrayBuffer>> {
    const reader = body.getReader();
    return new ReadableStream({
      pull: async (controller) => {
        const counted = this.#begin();
        const timer = this.#timers.setTimeout(counted.end, this.#hangingMs);
        try {
          const { done, value } = await reader.read();
          if (done) controller.close();
          else controller.enqueue(value);
        } finally {
          this.#timers.clearTimeout(timer);
          counted.end();
        }
      },
      cancel: (reason) => reader.cancel(reason),
    }, { highWaterMark: 0 });
  }

  /** Something is under way until its end, which may be told twice. */
  #begin(): { end: () => void } {
    let isOver = false;
    this.#underWay += 1;
    return {
      end: () => {
        if (isOver) return;
        isOver = true;
        this.#underWay -= 1;
        this.#ended += 1;
      },
    };
  }

  /** Counts the calls of these methods that are under way. */
  #count<Name extends string>(
    holder: Record<Name, (...args: never[]) => Promise<unknown>>,
    names: readonly Name[],
  ): void {
    const begin = () => this.#begin();
    for (const name of names) {
      const real = holder[name];
      this.#restore.push(() => holder[name] = real);
      holder[name] = async function (this: unknown, ...args) {
        const counted = begin();
        try {
          return await real.apply(this, args);
        } finally {
          counted.end();
        }
      };
    }
  }
}
