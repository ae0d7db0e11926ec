/**
 * A clock of our own in the place of the real one, for what takes hours or a day.
 *
 * @module
 */
import { setImmediate } from "node:timers";
import { SlowCalls } from "./slow_calls.ts";

/** What comes over a stream takes a while in which nothing is to be seen from here. */
const QUIET_MS = 5;
/** And so many turns of the event loop: a busy machine may let this process wait meanwhile. */
const QUIET_TURNS = 50;
/** In real time, for what must come without any of ours passing, on a busy machine. */
const PATIENCE_MS = 20_000;
const DAY_MS = 86_400_000;
const TIMER_FUNCTIONS = ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] as const;
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
  readonly #slowCalls: SlowCalls;
  #elapsedMs = 0;
  #lastId = 0;
  /** Changes whenever a timer is set or cleared. */
  #timerChanges = 0;

  /**
   * @param options.quietMs real time in which nothing must happen before ours goes on
   * @param options.hangingMs real time after which an answer that does not go on is one that hangs
   */
  constructor({ quietMs = QUIET_MS, hangingMs }: { quietMs?: number; hangingMs?: number } = {}) {
    this.#quietMs = quietMs;
    this.#replaceTimers();
    this.#replaceClocks();
    this.#slowCalls = new SlowCalls(this.#real, hangingMs);
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
    const activity = () => this.#timerChanges + this.#slowCalls.ended;
    let seen = activity();
    let quietSinceMs = this.#real.now();
    let turns = 0;
    while (turns < QUIET_TURNS || this.#real.now() - quietSinceMs < this.#quietMs) {
      // A turn of the real event loop; a slow one while the machine has something else to do.
      await new Promise<void>((resolve) => {
        if (this.#slowCalls.underWay > 0) this.#real.setTimeout(resolve, 0);
        else setImmediate(resolve);
      });
      turns += 1;
      if (activity() === seen && this.#slowCalls.underWay === 0) continue;
      seen = activity();
      quietSinceMs = this.#real.now();
      turns = 0;
    }
  }

  [Symbol.dispose](): void {
    this.#slowCalls[Symbol.dispose]();
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
    this.#timerChanges += 1;
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
    if (id !== undefined && this.#timers.delete(id)) this.#timerChanges += 1;
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
}
