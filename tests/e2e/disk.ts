import { assert, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { lacking, NOT_LINUX, NOT_ROOT } from "../support/test_unless.ts";

/** Whether the command is there and ends well. */
export function succeeds(command: string, ...args: string[]): boolean {
  try {
    return new Deno.Command(command, { args, stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false; // Not installed.
  }
}

/** Only root mounts a file system, and not in every container. */
export const NO_MOUNT = NOT_LINUX ?? NOT_ROOT ?? lacking("permission to mount", canMount());

/** A file system of 256 KiB at the path, until it is disposed of. */
export function smallDisk(path: string, options = "rw") {
  assert(succeeds("mount", "-t", "tmpfs", "-o", `size=256k,mode=0700,${options}`, "none", path));
  const filler = join(path, "filler");
  return {
    fill: async () => {
      using file = await Deno.open(filler, { write: true, create: true });
      try {
        while (await file.write(new Uint8Array(4096)) > 0);
      } catch (error) {
        assertMatch(String(error), /No space left/);
      }
    },
    free: () => Deno.remove(filler),
    [Symbol.asyncDispose]: async () => {
      assert(succeeds("umount", "-l", path));
      await Promise.resolve();
    },
  };
}

function canMount(): boolean {
  const path = Deno.makeTempDirSync({ prefix: "molecule-mount-" });
  try {
    return succeeds("mount", "-t", "tmpfs", "none", path) && succeeds("umount", path);
  } finally {
    Deno.removeSync(path);
  }
}
