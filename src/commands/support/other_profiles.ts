import { join } from "@std/path";
import type { FoundStateDir } from "../../config/find_state_dir.ts";
import { LOCAL_PROFILE } from "../../config/profile.ts";
import type { SettingsResult } from "../../config/settings.ts";
import { SETTINGS_FILE_NAME } from "../../config/settings_file.ts";
import { placesBelow } from "../status/find_servers.ts";

/** What is missing where nothing is set up: the workspace, the platform and the token. */
const NOTHING = 3;

/** Whether anything is set up, right or wrong. */
export function isBegun({ file }: FoundStateDir, result: SettingsResult): boolean {
  return file !== undefined || "settings" in result || result.problems.length < NOTHING;
}

/**
 * The profiles that have settings, for whoever named none and finds nothing set up. The local
 * platform's is none of them.
 */
export async function otherProfiles(
  found: FoundStateDir,
  result: SettingsResult,
  profile: string | undefined,
): Promise<readonly string[]> {
  const { state } = found;
  if (profile !== undefined || isBegun(found, result) || !state || "problem" in state) return [];
  const places = await placesBelow(state.path);
  const names = await Promise.all(places.map(async ({ profile, state_dir }) => {
    if (profile === null || profile === LOCAL_PROFILE) return [];
    const settings = await Deno.lstat(join(state_dir, SETTINGS_FILE_NAME)).catch(() => undefined);
    return settings ? [profile] : [];
  }));
  return names.flat();
}

/** Names them. */
export function profilesText(profiles: readonly string[]): string {
  return `Set up: profile ${profiles.join(", ")}.`;
}
