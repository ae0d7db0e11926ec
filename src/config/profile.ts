import { join } from "@std/path";

/** The profile that `--local` is short for: the platform that `molecule-mcp local` runs here. */
export const LOCAL_PROFILE = "local";
/** Below the state directory: one directory for each other profile. */
export const PROFILES = "profiles";

/** The state directory of a profile. @param base the state directory of no profile */
export function profileDir(base: string, profile: string): string {
  return profile === LOCAL_PROFILE ? join(base, profile) : join(base, PROFILES, profile);
}

/** What chooses a profile on the command line. */
export function profileArgs(profile: string | undefined): string[] {
  if (profile === undefined) return [];
  return profile === LOCAL_PROFILE ? ["--local"] : ["--profile", profile];
}
