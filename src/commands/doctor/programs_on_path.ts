import { isStartedBy, NAME, type Start } from "../../cli/own_program.ts";
import type { ReadVariable } from "../../config/environment.ts";
import { onPath } from "../../lib/files/on_path.ts";

const MAX_SCRIPT_BYTES = 4096;

/** A program of this name on PATH. */
export interface FoundProgram {
  readonly path: string;
  readonly kind: "this" | "python" | "other";
}

/** Each program of this name on PATH, in order. None is started. */
export async function programsOnPath(read: ReadVariable, own: Start): Promise<FoundProgram[]> {
  const found: FoundProgram[] = [];
  for (const path of onPath(NAME, { os: Deno.build.os, read })) {
    const kind = await kindOf(path, own);
    if (kind) found.push({ path, kind });
  }
  return found;
}

async function kindOf(path: string, own: Start): Promise<FoundProgram["kind"] | undefined> {
  if (isStartedBy(path, own, Deno.build.os) || await isSameFile(path, own.main)) return "this";
  try {
    const start = await beginning(path);
    const isPython = /^#!.*python/.test(start) || /python[\w.]*(?:\.exe)?["\s]/i.test(start);
    return isPython ? "python" : "other";
  } catch {
    return undefined; // Not to be seen: then it is not started either.
  }
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
