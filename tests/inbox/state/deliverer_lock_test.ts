import { assert, assertEquals, assertRejects } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { DelivererLock } from "../../../src/inbox/state/deliverer_lock.ts";
import { dependencyFlags } from "../../e2e/program.ts";
import { heldElsewhere } from "../../support/held_file.ts";
import { NOT_WINDOWS, testUnless } from "../../support/test_unless.ts";
import { denoCommand } from "../../../scripts/deno_command.ts";
import { assertHolder, lockPlace, never, notWaiting } from "./lock_place.ts";

const CHILD = fromFileUrl(new URL("lock_child.ts", import.meta.url));

Deno.test("a free lock is granted at once, and says who holds it", async () => {
  await using place = await lockPlace();
  const lock = new DelivererLock(place.path);
  using held = await lock.acquire(notWaiting, never);
  assert(held);
  await assertHolder(lock, Deno.pid);
});

testUnless(
  NOT_WINDOWS,
  "a lock file that a scanner holds for a moment is locked after it",
  async () => {
    await using place = await lockPlace();
    using held = heldElsewhere(3);
    using lock = await new DelivererLock(place.path).acquire(notWaiting, never);
    assert(lock);
    assertEquals(held.left, 0);
  },
);

Deno.test("a watch ends with its signal, without a loss", async () => {
  await using place = await lockPlace();
  using held = await new DelivererLock(place.path).acquire(notWaiting, never);
  const stop = new AbortController();
  const watching = held?.lost(stop.signal);
  stop.abort();
  assertEquals(await watching, false);
});

Deno.test("a second one waits, is told so once, and gets it as soon as the first lets go", async () => {
  await using place = await lockPlace();
  const first = await new DelivererLock(place.path).acquire(notWaiting, never);
  const told = Promise.withResolvers<void>();
  let times = 0;
  const second = new DelivererLock(place.path).acquire(() => {
    times += 1;
    told.resolve();
  }, never);
  await told.promise;
  first?.[Symbol.dispose]();
  using held = await second;
  assert(held);
  assertEquals(times, 1);
});

Deno.test("one at a time holds it, however many want it", async () => {
  await using place = await lockPlace();
  let holders = 0;
  await Promise.all(Array.from({ length: 12 }, async () => {
    using held = await new DelivererLock(place.path).acquire(() => {}, never);
    assert(held);
    holders += 1;
    await new Promise((resolve) => setTimeout(resolve, 2));
    assertEquals(holders, 1);
    holders -= 1;
  }));
});

Deno.test("another process holds it until it is killed with SIGKILL", async () => {
  await using place = await lockPlace();
  await using child = await LockChild.start(place.path);
  const told = Promise.withResolvers<void>();
  const lock = new DelivererLock(place.path);
  const waiting = lock.acquire(told.resolve, never);
  await told.promise;
  await assertHolder(lock, child.pid);
  child.kill();
  using held = await waiting;
  assert(held);
  await assertHolder(lock, Deno.pid);
});

Deno.test({
  name: "who gives up while waiting has nothing, also later",
  // The operating system's own wait goes on for a moment after the lock is free.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    await using place = await lockPlace();
    const first = await new DelivererLock(place.path).acquire(notWaiting, never);
    const stop = new AbortController();
    const second = new DelivererLock(place.path).acquire(() => stop.abort(), stop.signal);
    assertEquals(await second, undefined);
    first?.[Symbol.dispose]();
    // It may be granted to the one that gave up, who passes it on.
    using third = await new DelivererLock(place.path).acquire(() => {}, never);
    assert(third);
  },
});

Deno.test("who has given up before does not even look", async () => {
  await using place = await lockPlace();
  const held = await new DelivererLock(place.path).acquire(notWaiting, AbortSignal.abort());
  assertEquals(held, undefined);
  await assertRejects(() => Deno.stat(place.path), Deno.errors.NotFound);
});

Deno.test("a lock file that cannot be opened is an error", async () => {
  await using place = await lockPlace();
  await Deno.mkdir(place.path);
  await assertRejects(() => new DelivererLock(place.path).acquire(notWaiting, never));
  const missing = join(place.path, "missing", "lock");
  await assertRejects(() => new DelivererLock(missing).acquire(notWaiting, never));
});

Deno.test("the file's text is for people: no text makes anything fail", async () => {
  await using place = await lockPlace();
  const lock = new DelivererLock(place.path);
  assertEquals(await lock.holder(), undefined);
  for (const text of ["", "process x", "process 12; rm -rf", "\u0000", "process 1\nprocess 2"]) {
    await Deno.writeTextFile(place.path, text);
    assertEquals(await lock.holder(), undefined, JSON.stringify(text));
  }
  await Deno.writeTextFile(place.path, "process 4711 ".padEnd(200));
  assertEquals(await lock.holder(), "process 4711");
  await Deno.writeTextFile(place.path, "x".repeat(200));
  const held = await lock.acquire(notWaiting, never);
  await assertHolder(lock, Deno.pid);
  held?.[Symbol.dispose](); // First, since Windows does not remove a file that is in use.
  await Deno.remove(place.path);
  await Deno.mkdir(place.path);
  assertEquals(await lock.holder(), undefined);
});

/** The path of a lock file in a directory of its own. */
/** Another process that holds a lock. */
class LockChild implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #output: ReadableStreamDefaultReader<Uint8Array>;

  private constructor(path: string) {
    const args = ["run", "-A", ...dependencyFlags(), CHILD, path];
    this.#process = new Deno.Command(denoCommand(), { args, stdout: "piped" }).spawn();
    this.#output = this.#process.stdout.getReader();
  }

  static async start(path: string): Promise<LockChild> {
    const child = new LockChild(path);
    const { value } = await child.#output.read();
    assertEquals(new TextDecoder().decode(value), "held\n");
    return child;
  }

  get pid(): number {
    return this.#process.pid;
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#output.cancel();
    await this.#process.status;
  }
}
