import { assert, assertEquals, assertRejects } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { DelivererLock } from "../../../src/inbox/state/deliverer_lock.ts";
import { dependencyFlags } from "../../e2e/program.ts";
import { FakeTime } from "../../support/fake_time.ts";
import { heldElsewhere } from "../../support/held_file.ts";
import {
  NO_LINKS,
  NO_REMOVAL_WHILE_OPEN,
  NOT_WINDOWS,
  testUnless,
} from "../../support/test_unless.ts";
import { denoCommand } from "../../../scripts/deno_command.ts";

const CHILD = fromFileUrl(new URL("lock_child.ts", import.meta.url));
const never = new AbortController().signal;
const notWaiting = () => {
  throw new Error("Expected the lock to be free");
};

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

testUnless(NO_LINKS, {
  name: "a link in place of the lock file is refused, and what it leads to is left alone",
  fn: async () => {
    await using place = await lockPlace();
    const victim = `${place.path}-victim`;
    await Deno.writeTextFile(victim, "precious");
    await Deno.symlink(victim, place.path);
    const lock = new DelivererLock(place.path);
    await assertRejects(() => lock.acquire(notWaiting, never), Error, "to be a regular file");
    assertEquals(await lock.holder(), undefined);
    assertEquals(await Deno.readTextFile(victim), "precious");
  },
});

testUnless(NO_LINKS, {
  name: "a hard link in place of the lock file gets a new file, and the other name keeps its text",
  fn: async () => {
    await using place = await lockPlace();
    const victim = `${place.path}-victim`;
    await Deno.writeTextFile(victim, "precious");
    await Deno.link(victim, place.path);
    const lock = new DelivererLock(place.path);
    using held = await lock.acquire(notWaiting, never);
    assert(held);
    assertEquals(await Deno.readTextFile(victim), "precious");
    await assertHolder(lock, Deno.pid);
  },
});

testUnless(NO_REMOVAL_WHILE_OPEN, {
  name: "whoever holds a lock file that is removed or replaced is told within five seconds",
  fn: async () => {
    await using place = await lockPlace();
    for (const replace of [false, true]) {
      using held = await new DelivererLock(place.path).acquire(notWaiting, never);
      assert(held);
      using time = new FakeTime();
      let lost: boolean | undefined;
      const watching = held.lost(never).then((value) => lost = value);
      await time.run(60_000);
      assertEquals(lost, undefined);
      await Deno.remove(place.path);
      if (replace) await Deno.writeTextFile(place.path, "");
      await time.run(5_000);
      assertEquals(lost, true);
      await watching;
    }
  },
});

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

testUnless(NO_REMOVAL_WHILE_OPEN, {
  name: "a lock file that was removed and made anew is waited for, not the old one",
  fn: async () => {
    await using place = await lockPlace();
    const first = await new DelivererLock(place.path).acquire(notWaiting, never);
    const waits = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let told = 0;
    const second = new DelivererLock(place.path).acquire(() => waits[told++]?.resolve(), never);
    await waits[0]?.promise;
    await Deno.remove(place.path);
    const third = await new DelivererLock(place.path).acquire(notWaiting, never);
    // The second one now holds a file that nobody else will ever look at.
    first?.[Symbol.dispose]();
    let granted = false;
    second.then(() => granted = true);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 5));
    assertEquals(granted, false);
    third?.[Symbol.dispose]();
    using held = await second;
    assert(held);
  },
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

/** On Windows a lock keeps others from reading the file as well, so there nobody may be named. */
async function assertHolder(lock: DelivererLock, pid: number): Promise<void> {
  const holder = await lock.holder();
  if (Deno.build.os === "windows" && holder === undefined) return;
  assertEquals(holder, `process ${pid}`);
}

/** The path of a lock file in a directory of its own. */
async function lockPlace() {
  const directory = await Deno.makeTempDir({ prefix: "molecule-lock-" });
  return {
    path: join(directory, ".mcp_inbox_lock_x"),
    [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }),
  };
}

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
