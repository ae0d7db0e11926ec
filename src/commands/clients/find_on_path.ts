import { isAbsolute, join } from "@std/path";
import { readTrimmed } from "../../config/environment.ts";
import type { Machine } from "./client.ts";

const WINDOWS_ENDINGS = ".EXE;.CMD;.BAT;.COM";

/** The file that a program's name stands for, or undefined when no directory of PATH has it. */
export async function findOnPath(
  name: string,
  { os, read }: Machine,
): Promise<string | undefined> {
  const isWindows = os === "windows";
  const endings = isWindows
    ? ["", ...(readTrimmed(read, "PATHEXT") ?? WINDOWS_ENDINGS).split(";")]
    : [""];
  for (const directory of (read("PATH") ?? "").split(isWindows ? ";" : ":")) {
    // A relative one means something else in every folder.
    if (!isAbsolute(directory)) continue;
    for (const ending of endings) {
      const path = join(directory, name + ending.toLowerCase());
      if (await isProgram(path, isWindows)) return path;
    }
  }
  return undefined;
}

async function isProgram(path: string, isWindows: boolean): Promise<boolean> {
  try {
    const { isFile, mode } = await Deno.stat(path);
    return isFile && (isWindows || mode === null || (mode & 0o111) !== 0);
  } catch {
    return false; // Absent, or nothing that this user could start.
  }
}
