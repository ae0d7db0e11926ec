import { dirname, join } from "@std/path";
import { endGroup } from "../end_group.ts";

/** As `deno task test` runs them. */
const TEST_FLAGS = ["-A", "--no-check", "--quiet", "--sanitize-ops", "--sanitize-resources"];
/** A loop without end that collects something is to fail, not to take the machine's memory. */
const MEMORY_FLAG = "--v8-flags=--max-old-space-size=1024";

/** A copy of the tree in which files are changed and tests run. */
export class Workshop {
  readonly #root: string;
  readonly #temp: string;
  readonly #flags: readonly string[];
  readonly #signal: AbortSignal;

  private constructor(folder: string, flags: readonly string[], signal: AbortSignal) {
    this.#root = join(folder, "tree");
    this.#temp = join(folder, "temp");
    this.#flags = flags;
    this.#signal = signal;
  }

  /**
   * @param folder a new one, which the caller removes
   * @param paths the files of the tree
   * @param flags how `deno` finds the dependencies
   * @param signal ends what runs
   */
  static async create(
    folder: string,
    paths: readonly string[],
    flags: readonly string[],
    signal: AbortSignal,
  ): Promise<Workshop> {
    const workshop = new Workshop(folder, flags, signal);
    for (const path of paths) {
      await Deno.mkdir(join(workshop.#root, dirname(path)), { recursive: true });
      await Deno.copyFile(path, join(workshop.#root, path));
    }
    return workshop;
  }

  async change(path: string, text: string): Promise<void> {
    await Deno.writeTextFile(join(this.#root, path), text);
  }

  /** @returns whether all of them passed in this time */
  async pass(tests: readonly string[], timeoutMs: number): Promise<boolean> {
    return await this.#deno(["test", ...this.#testFlags(), "--fail-fast", ...tests], timeoutMs);
  }

  /** The same for the whole processes, which run a bundle made of this tree. */
  async passWhole(timeoutMs: number): Promise<boolean> {
    const args = ["run", "-A", "scripts/task.ts", "test", "--no-check", "--fail-fast"];
    return await this.#deno([...args, "tests/cli", "tests/e2e"], timeoutMs);
  }

  #testFlags(): string[] {
    return [...this.#flags, ...TEST_FLAGS, MEMORY_FLAG];
  }

  /** In its own process group, so that whatever the tests have started ends with it. */
  async #deno(args: readonly string[], timeoutMs: number): Promise<boolean> {
    this.#signal.throwIfAborted();
    await Deno.mkdir(this.#temp, { recursive: true });
    const child = new Deno.Command(Deno.execPath(), {
      args: [...args],
      cwd: this.#root,
      env: {
        TMPDIR: this.#temp,
        TEMP: this.#temp,
        TMP: this.#temp,
        MOLECULE_TEST_DENO_FLAGS: this.#flags.join(" "),
      },
      stdin: "null",
      stdout: "null",
      stderr: "null",
      detached: true,
    }).spawn();
    const end = () => endGroup(child.pid);
    const timer = setTimeout(end, timeoutMs);
    this.#signal.addEventListener("abort", end, { once: true });
    try {
      return (await child.status).success;
    } finally {
      clearTimeout(timer);
      this.#signal.removeEventListener("abort", end);
      end();
      // What a failed test has left behind.
      await Deno.remove(this.#temp, { recursive: true });
    }
  }
}
