import type { Settings } from "../../config/settings.ts";
import { tokensOf } from "../auth/tokens_of.ts";
import { checkPlatform, type PlatformCheck } from "./check_platform.ts";

/**
 * What the platform says to the token of the first workspace: to the first one that it accepts, of
 * those that the server would try.
 *
 * @returns undefined when there is none to try
 */
export async function checkToken(
  settings: Settings,
  signal: AbortSignal,
): Promise<PlatformCheck | undefined> {
  const [workspace] = settings.workspaces;
  const { candidates } = await tokensOf(workspace, settings);
  let last: PlatformCheck | undefined;
  for (const { token } of candidates) {
    last = await checkPlatform({ ...workspace, token }, { signal });
    if (last.outcome === "accepted") break;
  }
  return last;
}
