import { startLocalPlatform } from "../../src/local/start.ts";
import { Random } from "../soak/random.ts";
import { TempDir } from "../temp_dir.ts";
import { FuzzedProcess, type FuzzedProcessOptions, type Place } from "./fuzzed_process.ts";

/** What runs, and how much it is sent. */
export interface FuzzOptions extends FuzzedProcessOptions {
  readonly sessions: number;
  /** At most this many; slower when the program is. */
  readonly sessionsPerSecond: number;
}

/** What came of it. */
export interface FuzzReport {
  readonly sessions: number;
  readonly lines: number;
  readonly answers: number;
  readonly processes: number;
  readonly elapsedMs: number;
  /** Empty when all is well. */
  readonly failures: readonly string[];
}

/** Processes at the same time; each has its sessions one after the other. */
const WORKERS = 3;

/**
 * Sends the program what no client would, and compares every line that it writes with what is due.
 * What is sent depends on the seed alone. A worker stops at its first failure.
 */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  await using platform = await startLocalPlatform({
    rateLimit: { requests: 100_000_000, windowMs: 60_000 },
    recordRequests: false,
  });
  const startedAtMs = performance.now();
  const workers = await Promise.all(Array.from({ length: WORKERS }, async (_, index) => {
    // Of its own: of two processes for one workspace only one waits for messages.
    const { id, token } = await platform.createWorkspace({
      name: `Fuzz ${index}`,
      deliveryMode: "poll",
    });
    const stateDir = await TempDir.make();
    const env = {
      WORKSPACE_ID: id,
      PLATFORM_URL: platform.url,
      MOLECULE_WORKSPACE_TOKEN: token,
      CONFIGS_DIR: stateDir.path,
    };
    return { worker: new Worker(options, index, { env, cwd: stateDir.path }), stateDir };
  }));
  try {
    const reports = await Promise.all(workers.map(({ worker }) => worker.run(startedAtMs)));
    const sum = (count: (report: FuzzReport) => number) =>
      reports.reduce((total, report) => total + count(report), 0);
    return {
      sessions: sum(({ sessions }) => sessions),
      lines: sum(({ lines }) => lines),
      answers: sum(({ answers }) => answers),
      processes: sum(({ processes }) => processes),
      elapsedMs: performance.now() - startedAtMs,
      failures: reports.flatMap(({ failures }) => failures),
    };
  } finally {
    await Promise.all(workers.map(({ stateDir }) => stateDir[Symbol.asyncDispose]()));
  }
}

/** One process at a time, and its sessions. */
class Worker {
  readonly #options: FuzzOptions;
  readonly #index: number;
  readonly #place: Place;
  /** How long processes live. */
  readonly #random: Random;
  readonly #failures: string[] = [];
  #sessions = 0;
  #lines = 0;
  #answers = 0;
  #processes = 0;

  constructor(options: FuzzOptions, index: number, place: Place) {
    this.#options = options;
    this.#index = index;
    this.#place = place;
    this.#random = new Random(options.seed + index);
  }

  async run(startedAtMs: number): Promise<FuzzReport> {
    const { sessions, sessionsPerSecond } = this.#options;
    for (let session = this.#index; session < sessions && this.#failures.length === 0;) {
      const life = new FuzzedProcess(this.#options, this.#place);
      this.#processes += 1;
      const until = session + WORKERS * this.#random.pick([1, 1, 3, 30, 300, 3_000]);
      for (; session < Math.min(until, sessions) && !life.failure; session += WORKERS) {
        const dueAtMs = startedAtMs + session / sessionsPerSecond * 1_000;
        const waitMs = dueAtMs - performance.now();
        if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
        await life.session(session);
        this.#sessions += 1;
      }
      await life.end();
      this.#lines += life.lines;
      this.#answers += life.answers;
      if (life.failure) this.#failures.push(life.failure);
    }
    return {
      sessions: this.#sessions,
      lines: this.#lines,
      answers: this.#answers,
      processes: this.#processes,
      elapsedMs: performance.now() - startedAtMs,
      failures: this.#failures,
    };
  }
}
