import type { Settings } from "../../config/settings.ts";
import { checkPlatform, type PlatformCheck } from "./check_platform.ts";
import { tokensOf } from "./tokens_of.ts";
import { countText } from "./count_text.ts";

/** For those who came for something else. */
const TIMEOUT_MS = 5_000;

/**
 * Whether the platform accepts the configured token, by reading calls only.
 *
 * @returns one line for people for each workspace
 */
export async function checkToken(settings: Settings, signal: AbortSignal): Promise<string> {
  const lines = await Promise.all(settings.workspaces.map(async (workspace) => {
    const { candidates } = await tokensOf(workspace, settings);
    const { id, platformUrl, orgId, bypassProxy } = workspace;
    const checks = await Promise.all(candidates.map(({ token }) =>
      checkPlatform(
        { id, platformUrl, orgId, bypassProxy, token },
        { signal, timeoutMs: TIMEOUT_MS },
      )
    ));
    const best = checks.find(({ outcome }) => outcome === "accepted") ?? checks[0];
    const whose = settings.multiWorkspace ? ` of workspace ${id}` : "";
    return `Token${whose}: ${best ? textOf(best) : "there is none that can be used."}`;
  }));
  return lines.join("\n");
}

function textOf(check: PlatformCheck): string {
  if (check.outcome !== "accepted") return `${check.outcome.replace("_", " ")}. ${check.message}`;
  const named = check.name === undefined ? "" : `, as "${check.name}"`;
  const { peers } = check;
  if (peers === undefined) return `accepted${named}.`;
  return `accepted${named}; ${countText(peers, "peer")}.`;
}
