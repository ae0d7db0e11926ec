import type { PlatformError } from "../platform/errors.ts";
import type { Presence } from "../presence/presence.ts";
import type { Log } from "../safety/log.ts";

/**
 * Registers all workspaces at the same time and keeps them beating, each as soon as it can. A
 * refused one stays out and its tools say so; the others go on (design.md, Start).
 *
 * @returns "refused" when the platform refused every one of them at start; otherwise "ended", once
 * the signal fired and nothing is being written any more
 */
export async function comeOnline(
  presences: readonly Presence[],
  log: Log,
  signal: AbortSignal,
): Promise<"refused" | "ended"> {
  const runs: Promise<void>[] = [];
  const outcomes = await Promise.all(presences.map(async (presence) => {
    const refusal = await presence.register(signal);
    if (refusal) log.problem(refusalText(presence.workspaceId, refusal));
    // Ends only with the signal and reports every failure itself.
    else runs.push(presence.run(signal));
    return { presence, refused: refusal !== undefined };
  }));
  const refused = outcomes.filter((outcome) => outcome.refused);
  if (refused.length === presences.length) return "refused";
  for (const { presence } of refused) runs.push(presence.run(signal));
  await Promise.all(runs);
  return "ended";
}

function refusalText(workspaceId: string, { kind, status, message }: PlatformError): string {
  const start = `The platform refused workspace ${workspaceId} (HTTP ${status})`;
  // Not the token's fault: something in front of the platform sent the request away.
  if (kind === "not_routed") return `${start}: ${message}`;
  return `${start}: its token is wrong, revoked, or belongs to another workspace. Create a new ` +
    "one in the canvas (workspace, Tokens tab) and put it where the old one is " +
    "(MOLECULE_WORKSPACE_TOKEN, MOLECULE_WORKSPACES or the token file), then start again";
}
