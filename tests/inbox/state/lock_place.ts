import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { DelivererLock } from "../../../src/inbox/state/deliverer_lock.ts";

/** Who never gives up. */
export const never = new AbortController().signal;

/** Who must not have to wait. */
export const notWaiting = () => {
  throw new Error("Expected the lock to be free");
};

/** A path for a lock file, and nothing at it. */
export async function lockPlace() {
  const directory = await Deno.makeTempDir({ prefix: "molecule-lock-" });
  return {
    path: join(directory, ".mcp_inbox_lock_x"),
    [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }),
  };
}

/** On Windows a lock keeps others from reading the file as well, so there nobody may be named. */
export async function assertHolder(lock: DelivererLock, pid: number): Promise<void> {
  const holder = await lock.holder();
  if (Deno.build.os === "windows" && holder === undefined) return;
  assertEquals(holder, `process ${pid}`);
}
