import { deliveryFiles } from "../../inbox/state/delivery_files.ts";
import { DelivererLock } from "../../inbox/state/deliverer_lock.ts";
import { isLockRefusal } from "../../lib/files/lock_file.ts";
import { type Finding, findingsOf } from "./finding.ts";

const { ok, skip, warn } = findingsOf("delivery");

/** Whether a process on this machine delivers a workspace's messages. */
export interface Delivery {
  /** `free`: nobody; `unknown`: it cannot be told. */
  readonly state: "held" | "free" | "unknown";
  /** As the lock file says, for people: `process 123`. */
  readonly holder?: string;
}

/**
 * Looks whether a workspace's lock is held. For an instant this shares it, which keeps a server that
 * starts just then waiting for as long.
 */
export async function lookAtDelivery(stateDir: string, id: string): Promise<Delivery> {
  const { lock } = deliveryFiles(stateDir, id, undefined);
  let file: Deno.FsFile;
  try {
    if (!(await Deno.lstat(lock)).isFile) return { state: "unknown" };
    file = await Deno.open(lock, { read: true });
  } catch (error) {
    return { state: error instanceof Deno.errors.NotFound ? "free" : "unknown" };
  }
  try {
    // Deno before 2.9 can only wait.
    if (typeof file.tryLock !== "function") return { state: "unknown" };
    if (await file.tryLock(false)) return { state: "free" };
    const holder = await new DelivererLock(lock).holder();
    return { state: "held", ...(holder !== undefined && { holder }) };
  } catch (error) {
    if (isLockRefusal(error)) return { state: "unknown" };
    throw error;
  } finally {
    file.close();
  }
}

/** Who delivers. */
export function checkDelivery(delivery: Delivery, whose = ""): Finding[] {
  switch (delivery.state) {
    case "held":
      return [ok("held", `${whose}${delivery.holder ?? "a process"} of this machine delivers`)];
    case "free":
      return [
        skip(
          "free",
          `${whose}no server runs here: an MCP client starts it`,
          "molecule-mcp clients",
        ),
      ];
    case "unknown":
      return [warn("unknown", `${whose}whether a server delivers here cannot be told`)];
  }
}
