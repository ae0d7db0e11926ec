import { assert, assertEquals, assertRejects } from "@std/assert";
import { DelivererLock } from "../../../src/inbox/state/deliverer_lock.ts";
import { TestDir } from "../../support/test_dir.ts";

const never = new AbortController().signal;
const notWaiting = () => {
  throw new Error("Expected the lock to be free");
};

/** What files can do, changed until it is disposed of. */
function changedFiles(change: Record<string, unknown>): Disposable {
  const { prototype } = Deno.FsFile;
  const names = Object.keys(change);
  const before = names.map((name) => Object.getOwnPropertyDescriptor(prototype, name));
  for (const name of names) {
    Object.defineProperty(prototype, name, { value: change[name], configurable: true });
  }
  return {
    [Symbol.dispose]: () => {
      for (const [at, name] of names.entries()) {
        Object.defineProperty(prototype, name, before[at] ?? {});
      }
    },
  };
}

Deno.test("a lock that fails in an odd way is an error, and its file does not stay open", async () => {
  await using dir = await TestDir.make();
  using _odd = changedFiles({ tryLock: () => Promise.reject(new Error("odd")) });
  // What stays open fails the test.
  await assertRejects(() => new DelivererLock(dir.at("lock")).acquire(notWaiting, never), Error);
});

Deno.test("an older Deno, which cannot try a lock, takes a free one all the same", async () => {
  await using dir = await TestDir.make();
  using _older = changedFiles({ tryLock: undefined });
  const lock = new DelivererLock(dir.at("lock"));
  using held = await lock.acquire(notWaiting, never);
  assert(held);
  assertEquals(await lock.holder(), `process ${Deno.pid}`);
});
