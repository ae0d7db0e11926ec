/**
 * Crash safety of the token file: writers in processes of their own are killed at random moments
 * while the test reads the file all the time.
 */
import { assert, assertEquals } from "@std/assert";
import { writePrivateFile } from "../../src/lib/files/private_file.ts";
import { childArgs } from "../support/child.ts";
import { age, posixTest, TestDir } from "../support/test_dir.ts";
import { denoCommand } from "../../scripts/deno_command.ts";

const CHILD = new URL("private_file_crash_child.ts", import.meta.url);

const SEED = 1877;
const ROUNDS = 40;
const LEAST_SAVES = 3_000;
const MOST_READS_BEFORE_KILL = 400;
const OLD = "token-from-before";

posixTest("killed writers leave the old token or a new one, whole and private", async () => {
  const random = randomFrom(SEED);
  let saves = 0;
  for (let round = 0; round < ROUNDS || saves < LEAST_SAVES; round++) {
    await using dir = await TestDir.make();
    const path = dir.at(".auth_token");
    // In turn: no file before, a private one, one that others can read; one writer or two at once.
    const oldMode = [undefined, 0o600, 0o644][round % 3];
    if (oldMode !== undefined) await dir.write(".auth_token", OLD, oldMode);
    const writers = Array.from({ length: 1 + round % 2 }, (_, i) => new Writer(path, i, random));
    await using end = new AsyncDisposableStack();
    writers.forEach((writer) => end.use(writer));
    const watch = new Watch(path, writers, oldMode);
    while (!writers.every((writer) => writer.started)) await watch.look();

    for (const writer of writers) {
      const reads = Math.floor(random() * MOST_READS_BEFORE_KILL);
      for (let i = 0; i < reads; i++) await watch.look();
      saves += await writer.kill();
    }
    await watch.look();
    await assertTempsPrivate(dir, writers.length);
    await assertNextWriteTidies(dir, path);
  }
});

/** A process that saves its two tokens in turn. */
class Writer implements AsyncDisposable {
  /** Of different lengths, so that a part of one or a mix of two is none of them. */
  readonly tokens: readonly string[];
  /** Whether the first save is done, or the process ended before. */
  started = false;
  readonly #process: Deno.ChildProcess;
  readonly #saves: Promise<number>;

  constructor(path: string, index: number, random: () => number) {
    const token = (name: string) => `${name}${index}`.repeat(20 + Math.floor(random() * 1000));
    this.tokens = [token("a"), token("bc")];
    this.#process = new Deno.Command(denoCommand(), {
      args: [...childArgs(CHILD), path, ...this.tokens],
      stdout: "piped",
    }).spawn();
    this.#saves = this.#countMarks();
  }

  /** Ends it in the middle of whatever it does, and returns how many saves it had done. */
  async kill(): Promise<number> {
    this.#process.kill("SIGKILL");
    await this.#process.status;
    const saves = await this.#saves;
    assert(saves > 0, "the writer ended before its first save; see its error above");
    return saves;
  }

  /** Ends it, should it still run because the test failed. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
  }

  async #countMarks(): Promise<number> {
    let saves = 0;
    for await (const marks of this.#process.stdout) {
      saves += marks.length;
      this.started = true;
    }
    this.started = true; // A child that failed at once must fail the test, not hang it.
    return saves;
  }
}

/** Looks at the token file as any other program would, through one open file a look. */
class Watch {
  readonly #path: string;
  readonly #newTokens: ReadonlySet<string>;
  readonly #oldMode: number | undefined;
  #replaced = false;

  constructor(path: string, writers: readonly Writer[], oldMode: number | undefined) {
    this.#path = path;
    this.#newTokens = new Set(writers.flatMap((writer) => writer.tokens));
    this.#oldMode = oldMode;
  }

  async look(): Promise<void> {
    const { content, mode } = await contentAndMode(this.#path);
    const isOld = this.#oldMode === undefined ? mode === undefined : content === OLD;
    // Once a new token was there, the state from before is an error like any other.
    if (isOld && !this.#replaced) return assertEquals(mode, this.#oldMode);
    this.#replaced = true;
    assert(this.#newTokens.has(content), `no token, but ${content.length} characters`);
    assertEquals(mode, 0o600);
  }
}

async function contentAndMode(path: string): Promise<{ content: string; mode?: number }> {
  try {
    using file = await Deno.open(path);
    const mode = ((await file.stat()).mode ?? 0) & 0o7777;
    return { content: await new Response(file.readable).text(), mode };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { content: "" };
    throw error;
  }
}

/** What a killed writer leaves is its own temporary file, one at most, and as private. */
async function assertTempsPrivate(dir: TestDir, writers: number): Promise<void> {
  const temps = (await dir.names()).filter((name) => name !== ".auth_token");
  assert(temps.length <= writers, `${temps.length} temporary files of ${writers} writers`);
  for (const temp of temps) {
    const { mode } = await Deno.lstat(dir.at(temp));
    assertEquals((mode ?? 0) & 0o7777, 0o600);
  }
}

async function assertNextWriteTidies(dir: TestDir, path: string): Promise<void> {
  for (const name of await dir.names()) await age(dir.at(name));
  await writePrivateFile(path, "token-from-after");
  assertEquals(await dir.names(), [".auth_token"]);
  assertEquals(await Deno.readTextFile(path), "token-from-after");
}

/** Numbers from 0 up to 1 that are the same in every run (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
