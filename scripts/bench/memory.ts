/** VmHWM: the largest resident set of a process so far; undefined where nothing tells (or it ended). */
export async function peakMemoryMiB(pid: number): Promise<number | undefined> {
  if (Deno.build.os !== "linux") return undefined;
  try {
    const status = await Deno.readTextFile(`/proc/${pid}/status`);
    const kib = /^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1];
    return kib === undefined ? undefined : Number(kib) / 1024;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined; // It has ended already.
    throw error;
  }
}
