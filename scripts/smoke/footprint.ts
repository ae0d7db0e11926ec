/** What a process holds at a moment. */
export interface Footprint {
  /** Open file descriptors. */
  readonly descriptors: number;
  /** Its resident set. */
  readonly memoryBytes: number;
}

/** @returns undefined on systems other than Linux, which do not show it to a script */
export async function footprint(pid: number): Promise<Footprint | undefined> {
  if (Deno.build.os !== "linux") return undefined;
  const descriptors = await Array.fromAsync(Deno.readDir(`/proc/${pid}/fd`));
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const kibibytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? NaN);
  return { descriptors: descriptors.length, memoryBytes: kibibytes * 1024 };
}
