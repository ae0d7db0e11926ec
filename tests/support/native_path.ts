const IS_WINDOWS = Deno.build.os === "windows";

/** An absolute path as this system writes it: `/a/b`, on Windows `C:\a\b`. */
export function nativePath(path: string): string {
  return IS_WINDOWS ? `C:${path.replaceAll("/", "\\")}` : path;
}

/** A file of the system that is in no place that attachments may come from. */
export const SYSTEM_FILE = nativePath(IS_WINDOWS ? "/Windows/win.ini" : "/etc/passwd");

/** The root of a drive, or of everything. */
export const ROOT = nativePath("/");

/** The variables for a home directory, whichever of them counts here. */
export function homeVariables(path: string): { HOME: string; USERPROFILE: string } {
  return { HOME: path, USERPROFILE: path };
}
