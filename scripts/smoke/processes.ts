/**
 * The processes whose environment holds a text, which a program's children inherit. Only Linux shows
 * this to a script; on other systems the end of the program's output has to suffice.
 */
export async function processesWith(environmentText: string): Promise<number[]> {
  if (Deno.build.os !== "linux") return [];
  const found: number[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const environment = await Deno.readTextFile(`/proc/${name}/environ`);
      if (environment.includes(environmentText)) found.push(Number(name));
    } catch {
      // It has just ended, or belongs to another user, so it cannot be the program's.
    }
  }
  return found;
}
