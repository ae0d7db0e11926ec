import { join } from "@std/path";
import { readTrimmed, type ReadVariable } from "../../config/environment.ts";

/** What this program is called. */
export const NAME = "molecule-mcp";
const MAX_SCRIPT_BYTES = 4096;

/** A program of this name on PATH. */
export interface FoundProgram {
  readonly path: string;
  readonly kind: "this" | "python" | "other";
}

/**
 * Each program of this name on PATH, in order. None is started.
 *
 * @param own the path of this program
 */
export async function programsOnPath(read: ReadVariable, own: string): Promise<FoundProgram[]> {
  const isWindows = Deno.build.os === "windows";
  const directories = (read("PATH") ?? "").split(isWindows ? ";" : ":").filter((dir) => dir !== "");
  const extensions = isWindows
    ? (readTrimmed(read, "PATHEXT") ?? ".EXE;.CMD;.BAT;.PS1").toLowerCase().split(";")
    : [""];
  const found: FoundProgram[] = [];
  const names = [own, await realPath(own)];
  for (const directory of new Set(directories)) {
    for (const extension of extensions) {
      const path = join(directory, NAME + extension);
      const kind = await kindOf(path, names);
      if (kind) found.push({ path, kind });
    }
  }
  return found;
}

/** @param own the paths of this program, as it was started and without links */
async function kindOf(
  path: string,
  own: readonly string[],
): Promise<FoundProgram["kind"] | undefined> {
  try {
    const { isFile, mode } = await Deno.stat(path);
    if (!isFile || (mode !== null && (mode & 0o111) === 0 && Deno.build.os !== "windows")) {
      return undefined;
    }
    if (own.includes(await realPath(path)) || await isSameFile(path, own[0] ?? "")) return "this";
    const start = await beginning(path);
    // A wrapper of npm or of `deno install` starts the file that it names.
    if (own.some((name) => comparable(start).includes(comparable(name)))) return "this";
    const isPython = /^#!.*python/.test(start) || /python[\w.]*(?:\.exe)?["\s]/i.test(start);
    return isPython ? "python" : "other";
  } catch {
    return undefined; // Not there, or not to be seen: then it is not started either.
  }
}

/** Windows takes both slashes, and letters of either case. */
function comparable(text: string): string {
  return Deno.build.os === "windows" ? text.replaceAll("\\", "/").toLowerCase() : text;
}

/** Whether both hold the same bytes: an executable that was copied. */
async function isSameFile(path: string, own: string): Promise<boolean> {
  try {
    const [mine, theirs] = await Promise.all([Deno.stat(own), Deno.stat(path)]);
    if (mine.size !== theirs.size || !mine.isFile) return false;
    const [a, b] = await Promise.all([hashOf(own), hashOf(path)]);
    return a === b;
  } catch {
    return false; // What cannot be read is another one.
  }
}

async function hashOf(path: string): Promise<string> {
  const { createHash } = await import("node:crypto");
  const file = await Deno.open(path, { read: true });
  const hash = createHash("sha256");
  // Not read whole: it has a hundred megabytes.
  for await (const chunk of file.readable) hash.update(chunk);
  return hash.digest("hex");
}

async function beginning(path: string): Promise<string> {
  const file = await Deno.open(path, { read: true });
  try {
    const bytes = new Uint8Array(MAX_SCRIPT_BYTES);
    const count = await file.read(bytes) ?? 0;
    return new TextDecoder().decode(bytes.subarray(0, count));
  } finally {
    file.close();
  }
}

async function realPath(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch {
    return path;
  }
}
