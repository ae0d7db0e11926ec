/**
 * The processes whose environment holds a text: a program's children inherit it. Only Linux shows
 * this to a script; elsewhere the end of the program's output has to do.
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
      // It ended while we looked, or belongs to another user and so is none of the program's.
    }
  }
  return found;
}
