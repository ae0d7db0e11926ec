/**
 * A clock of our own in the place of the real one, for what takes hours or a day.
 *
 * @module
 */
import { setImmediate } from "node:timers";

/** What comes over a stream takes a while in which nothing is to be seen from here. */
const QUIET_MS = 5;
/** And so many turns of the event loop: a busy machine may let this process wait meanwhile. */
const QUIET_TURNS = 50;
/** In real time, for what must come without any of ours passing, on a busy machine. */
const PATIENCE_MS = 20_000;
/** In real time, for the next part of an answer. */
const HANGING_MS = 1_000;
const DAY_MS = 86_400_000;
const TIMER_FUNCTIONS = ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] as const;
/** Calls that take real time: while one of them is under way the time stands still. */
const SLOW_CALLS = {
  namespace: ["open", "lstat", "stat", "mkdir", "rename", "remove", "chmod", "readFile"],
  // Not `lock`, which may wait for another process for ever.
  file: ["read", "write", "sync", "stat", "truncate", "seek", "tryLock"],
  crypto: ["digest"],
} as const;

interface Timer {
  dueMs: number;
  /** Of an interval. */
  readonly everyMs: number | undefined;
  readonly run: () => void;
}

/**
 * Replaces `setTimeout`, `clearTimeout`, `setInterval`, `clearInterval`, `performance.now` and `Date`
 * until it is disposed of. Time stands still but for `tick`, `run` and `until`; the last two wait for
 * calls, their answers and file operations that are under way.
 */
export class FakeTime implements Disposable {
  readonly #real = {
    setTimeout: globalThis.setTimeout.bind(globalThis),
    clearTimeout: globalThis.clearTimeout.bind(globalThis),
    now: performance.now.bind(performance),
  };
  readonly #restore: (() => void)[] = [];
  readonly #timers = new Map<number, Timer>();
  readonly #startedAtMs = Date.now();
  readonly #quietMs: number;
  readonly #hangingMs: number;
  #elapsedMs = 0;
  #lastId = 0;
  #underWay = 0;
  /** Changes whenever the program does something that can be seen from here. */
  #activity = 0;

  /**
   * @param options.quietMs real time in which nothing must happen before ours goes on
   * @param options.hangingMs real time after which an answer that does not go on is one that hangs
   */
  constructor({ quietMs = QUIET_MS, hangingMs = HANGING_MS } = {}) {
    this.#quietMs = quietMs;
    this.#hangingMs = hangingMs;
    this.#replaceTimers();
    this.#replaceClocks();
    this.#count(globalThis, ["fetch"]);
    this.#countBodies();
    this.#count(Deno, SLOW_CALLS.namespace);
    this.#count(Deno.FsFile.prototype, SLOW_CALLS.file);
    this.#count(SubtleCrypto.prototype, SLOW_CALLS.crypto);
    this.#countDirectories();
  }

  /** How many timers are set. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Milliseconds since the start. */
  get elapsedMs(): number {
    return this.#elapsedMs;
  }

  /** Moves the time, and runs what falls due, each at its own time. */
  tick(durationMs: number): void {
    const endMs = this.#elapsedMs + durationMs;
    for (let next = this.#next(); next && next[1].dueMs <= endMs; next = this.#next()) {
      const [id, timer] = next;
      this.#elapsedMs = Math.max(this.#elapsedMs, timer.dueMs);
      if (timer.everyMs === undefined) this.#remove(id);
      else timer.dueMs += timer.everyMs;
      timer.run();
    }
    this.#elapsedMs = endMs;
  }

  /**
   * Lets the time pass: whenever nothing real is going on, it jumps to the next timer.
   *
   * @param stepMs timers that are due within so long of the first run in one go
   */
  async run(durationMs: number, stepMs = 0): Promise<void> {
    const endMs = this.#elapsedMs + durationMs;
    await this.untilQuiet();
    while (this.#elapsedMs < endMs) {
      const dueMs = this.#next()?.[1].dueMs ?? endMs;
      this.tick(Math.min(dueMs + stepMs, endMs) - this.#elapsedMs);
      await this.untilQuiet();
    }
  }

  /**
   * Lets the time pass until the promise is settled.
   *
   * @throws what the promise throws, or when that takes longer than a day
   */
  async until<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    promise.finally(() => settled = true).catch(() => {}); // It is the caller's to handle.
    const endMs = this.#elapsedMs + DAY_MS;
    while (!settled) {
      if (this.#elapsedMs >= endMs) throw new Error("Expected the promise to settle within a day");
      await this.untilQuiet();
      const dueMs = this.#next()?.[1].dueMs;
      if (!settled && dueMs !== undefined) this.tick(dueMs - this.#elapsedMs);
    }
    return await promise;
  }

  /**
   * Waits for something that must happen without any time passing.
   *
   * @throws what the promise throws, or when it is not settled after 20 real seconds
   */
  async atOnce<T>(promise: Promise<T>): Promise<T> {
    const late = Promise.withResolvers<never>();
    const timer = this.#real.setTimeout(
      () => late.reject(new Error("Expected it to happen without any time passing")),
      PATIENCE_MS,
    );
    try {
      return await Promise.race([promise, late.promise]);
    } finally {
      this.#real.clearTimeout(timer);
    }
  }

  /** Resolves when no call is under way and nothing has happened for a while. */
  async untilQuiet(): Promise<void> {
    let seen = this.#activity;
    let quietSinceMs = this.#real.now();
    let turns = 0;
    while (turns < QUIET_TURNS || this.#real.now() - quietSinceMs < this.#quietMs) {
      // A turn of the real event loop; a slow one while the machine has something else to do.
      await new Promise<void>((resolve) => {
        if (this.#underWay > 0) this.#real.setTimeout(resolve, 0);
        else setImmediate(resolve);
      });
      turns += 1;
      if (this.#activity === seen && this.#underWay === 0) continue;
      seen = this.#activity;
      quietSinceMs = this.#real.now();
      turns = 0;
    }
  }

  [Symbol.dispose](): void {
    for (const restore of this.#restore.toReversed()) restore();
  }

  #next(): [number, Timer] | undefined {
    let next: [number, Timer] | undefined;
    for (const entry of this.#timers) {
      if (!next || entry[1].dueMs < next[1].dueMs) next = entry;
    }
    return next;
  }

  #add(run: () => void, delayMs: number, repeats: boolean): number {
    this.#activity += 1;
    this.#lastId += 1;
    const everyMs = Math.max(1, delayMs || 0);
    this.#timers.set(this.#lastId, {
      dueMs: this.#elapsedMs + everyMs,
      everyMs: repeats ? everyMs : undefined,
      run,
    });
    return this.#lastId;
  }

  #remove(id: number | undefined): void {
    if (id !== undefined && this.#timers.delete(id)) this.#activity += 1;
  }

  #replaceTimers(): void {
    const real = Object.fromEntries(TIMER_FUNCTIONS.map((name) => [name, globalThis[name]]));
    const setter =
      (repeats: boolean) => (run: (...args: unknown[]) => void, delayMs = 0, ...args: unknown[]) =>
        this.#add(() => run(...args), delayMs, repeats);
    const clear = (id?: number) => this.#remove(id);
    Object.assign(globalThis, {
      setTimeout: setter(false),
      setInterval: setter(true),
      clearTimeout: clear,
      clearInterval: clear,
    });
    this.#restore.push(() => Object.assign(globalThis, real));
  }

  #replaceClocks(): void {
    const nowMs = () => this.#startedAtMs + this.#elapsedMs;
    const RealDate = Date;
    const realNow = performance.now;
    globalThis.Date = class extends RealDate {
      constructor(...args: [] | [number]) {
        super(...(args.length === 0 ? [nowMs()] as const : args));
      }
      static override now(): number {
        return nowMs();
      }
    } as DateConstructor;
    performance.now = () => this.#elapsedMs;
    this.#restore.push(() => {
      globalThis.Date = RealDate;
      performance.now = realNow;
    });
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
        const timer = this.#real.setTimeout(counted.end, this.#hangingMs);
        try {
          const { done, value } = await reader.read();
          if (done) controller.close();
          else controller.enqueue(value);
        } finally {
          this.#real.clearTimeout(timer);
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
        this.#activity += 1;
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
