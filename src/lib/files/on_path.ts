import { isAbsolute, join } from "@std/path";

/** Where programs are looked for. */
export interface SearchPath {
  readonly os: typeof Deno.build.os;
  readonly read: (name: string) => string | undefined;
}

const WINDOWS_ENDINGS = ".EXE;.CMD;.BAT;.COM;.PS1";

/** Each file of PATH that a program's name stands for, the one that a shell starts first. */
export function* onPath(name: string, { os, read }: SearchPath): Generator<string> {
  const isWindows = os === "windows";
  const endings = isWindows ? ["", ...(read("PATHEXT") || WINDOWS_ENDINGS).split(";")] : [""];
  for (const directory of new Set((read("PATH") ?? "").split(isWindows ? ";" : ":"))) {
    // A relative one means something else in every folder.
    if (!isAbsolute(directory)) continue;
    for (const ending of endings) {
      const path = join(directory, name + ending.toLowerCase());
      if (isProgram(path, isWindows)) yield path;
    }
  }
}

/** The file that a program's name stands for, or undefined when no directory of PATH has it. */
export function firstOnPath(name: string, where: SearchPath): string | undefined {
  const [first] = onPath(name, where);
  return first;
}

function isProgram(path: string, isWindows: boolean): boolean {
  try {
    const { isFile, mode } = Deno.statSync(path);
    return isFile && (isWindows || mode === null || (mode & 0o111) !== 0);
  } catch {
    return false; // Absent, or nothing that this user could start.
  }
}
