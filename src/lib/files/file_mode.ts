import { shellQuote } from "../shell_quote.ts";

const PERMISSION_BITS = 0o7777;
const OTHERS_BITS = 0o077;

/** The permission bits of a file, e.g. `0o600`; undefined on Windows, which has none. */
export function permissionsOf(info: Deno.FileInfo): number | undefined {
  return info.mode === null || Deno.build.os === "windows"
    ? undefined
    : info.mode & PERMISSION_BITS;
}

/** Whether the mode gives the file's group or others any access. */
export function isExposed(mode: number | undefined): boolean {
  return mode !== undefined && (mode & OTHERS_BITS) !== 0;
}

/** What to tell of such a file, and the command that closes it. */
export function exposedAdvice(path: string, mode: number | undefined): string {
  return `others on this machine may read it (mode ${formatMode(mode)}). ${closeCommand(path)}`;
}

/** The command that leaves a file to its owner alone. */
export function closeCommand(path: string): string {
  return `Run: chmod 600 ${shellQuote(path)}`;
}

/** A mode as people write it, e.g. `0644`. */
export function formatMode(mode: number | undefined): string {
  return mode === undefined ? "unknown" : mode.toString(8).padStart(4, "0");
}
