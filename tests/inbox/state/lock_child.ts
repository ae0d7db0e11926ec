/**
 * A process that holds a deliverer lock until it is killed. Says "held" on stdout once it does.
 *
 * Usage: deno run lock_child.ts PATH
 *
 * @module
 */
import { DelivererLock } from "../../../src/inbox/state/deliverer_lock.ts";

const [path = ""] = Deno.args;
const held = await new DelivererLock(path).acquire(
  () => console.log("waiting"),
  new AbortController().signal,
);
if (!held) throw new Error("The lock was given up");
console.log("held");
await new Promise((resolve) => setTimeout(resolve, 2 ** 30));
