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

/** A mode as people write it, e.g. `0644`. */
export function formatMode(mode: number | undefined): string {
  return mode === undefined ? "unknown" : mode.toString(8).padStart(4, "0");
}
