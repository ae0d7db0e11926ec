/**
 * A clock of our own in the place of the real one, for what takes hours or a day.
 *
 * @module
 */
import { setImmediate } from "node:timers";

/** What comes over a stream takes a while in which nothing is to be seen from here. */
const QUIET_MS = 5;
/** For what must come without any time passing, on a busy machine. */
const PATIENCE_MS = 20_000;
const DAY_MS = 86_400_000;
/** Calls that take real time: while one of them is under way the time stands still. */
const SLOW_CALLS = {
  namespace: ["open", "lstat", "stat", "mkdir", "rename", "remove", "chmod"],
  file: ["read", "write", "sync", "stat", "truncate", "seek"],
} as const;
/** A turn of the real event loop, with its input and output. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** What is replaced. */
const REPLACED = ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] as const;

interface Timer {
  dueMs: number;
  /** Of an interval. */
  readonly everyMs: number | undefined;
  readonly run: () => void;
}

/**
 * Replaces `setTimeout`, `clearTimeout`, `setInterval`, `clearInterval`, `performance.now` and `Date`
 * until it is disposed of. Time stands still but for `tick`, `run` and `until`, which wait for calls
 * and file operations that are under way.
 */
export class FakeTime implements Disposable {
  readonly #real = {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    setInterval: globalThis.setInterval,
    clearInterval: globalThis.clearInterval,
    Date: globalThis.Date,
    performanceNow: performance.now,
  };
  readonly #restore: (() => void)[] = [];
  readonly #timers = new Map<number, Timer>();
  readonly #startedAtMs = Date.now();
  readonly #quietMs: number;
  #elapsedMs = 0;
  #lastId = 0;
  #underWay = 0;
  /** Changes whenever the program does something that can be seen from here. */
  #activity = 0;

  /** @param options.quietMs how long nothing must happen before the time goes on */
  constructor({ quietMs = QUIET_MS } = {}) {
    this.#quietMs = quietMs;
    const nowMs = () => this.#startedAtMs + this.#elapsedMs;
    const set =
      (everyMs: boolean) => (run: (...args: unknown[]) => void, delayMs = 0, ...args: unknown[]) =>
        this.#add(() => run(...args), delayMs, everyMs);
    const clear = (id?: number) => void this.#remove(id);
    const RealDate = this.#real.Date;
    const replacements: Record<(typeof REPLACED)[number], unknown> = {
      setTimeout: set(false),
      setInterval: set(true),
      clearTimeout: clear,
      clearInterval: clear,
      Date: class extends RealDate {
        constructor(...args: [] | [number]) {
          super(...(args.length === 0 ? [nowMs()] as const : args));
        }
        static override now(): number {
          return nowMs();
        }
      },
    };
    Object.assign(globalThis, replacements);
    performance.now = () => this.#elapsedMs;
    this.#count(globalThis, ["fetch"]);
    this.#count(Deno, SLOW_CALLS.namespace);
    this.#count(Deno.FsFile.prototype, SLOW_CALLS.file);
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
    const { promise: late, reject } = Promise.withResolvers<never>();
    const fail = () => reject(new Error("Expected it to happen without any time passing"));
    const timer = this.#real.setTimeout.call(globalThis, fail, PATIENCE_MS);
    try {
      return await Promise.race([promise, late]);
    } finally {
      this.#real.clearTimeout.call(globalThis, timer);
    }
  }

  /** Resolves when no call is under way and nothing has happened for a while. */
  async untilQuiet(): Promise<void> {
    const now = this.#real.performanceNow.bind(performance);
    let seen = this.#activity;
    for (let sinceMs = now(); this.#underWay > 0 || now() - sinceMs < this.#quietMs;) {
      await (this.#underWay > 0 ? this.#rest() : turn());
      if (this.#activity === seen && this.#underWay === 0) continue;
      seen = this.#activity;
      sinceMs = now();
    }
  }

  [Symbol.dispose](): void {
    for (const name of REPLACED) Object.assign(globalThis, { [name]: this.#real[name] });
    for (const restore of this.#restore) restore();
    performance.now = this.#real.performanceNow;
  }

  #rest(): Promise<void> {
    return new Promise((resolve) => this.#real.setTimeout.call(globalThis, resolve, 0));
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

  /** Counts the calls of these methods that are under way. */
  #count<Name extends string>(
    holder: Record<Name, (...args: never[]) => Promise<unknown>>,
    names: readonly Name[],
  ): void {
    const countCall = () => this.#underWay += 1;
    const countEnd = () => {
      this.#underWay -= 1;
      this.#activity += 1;
    };
    for (const name of names) {
      const real = holder[name];
      this.#restore.push(() => holder[name] = real);
      holder[name] = async function (this: unknown, ...args) {
        countCall();
        try {
          return await real.apply(this, args);
        } finally {
          countEnd();
        }
      };
    }
  }
}
