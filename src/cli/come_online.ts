import type { Presence } from "../presence/presence.ts";
import type { Log } from "../safety/log.ts";

/**
 * Registers all workspaces at the same time and keeps them beating. A refused one stays out and
 * its tools say so; the others go on (design.md, Start).
 *
 * @returns resolves when the platform refused every one of them at start; otherwise never
 */
export async function comeOnline(
  presences: readonly Presence[],
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const refused = await Promise.all(presences.map(async (presence) => {
    const status = await presence.register(signal);
    if (status !== undefined) log.problem(refusalText(presence.workspaceId, status));
    return status !== undefined;
  }));
  if (refused.every(Boolean)) return;
  for (const presence of presences) {
    // Ends only with the signal; every failure of a beat is reported inside.
    presence.run(signal);
  }
  await new Promise<never>(() => {});
}

function refusalText(workspaceId: string, status: number): string {
  return `The platform refused workspace ${workspaceId} (HTTP ${status}): its token is wrong, ` +
    "revoked, or belongs to another workspace. Create a new one in the canvas (workspace, Tokens " +
    "tab) and put it into MOLECULE_WORKSPACE_TOKEN (or the token file), then start again";
}
