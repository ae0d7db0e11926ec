import { startTeam, type Team, type TeamOptions } from "../team.ts";

/** A team that delegates through the platform's queue, and polls often. */
export function queueTeam(options: TeamOptions): Promise<Team> {
  return startTeam({
    timing: { pollIntervalMs: 5 },
    ...options,
    env: { DELEGATION_SYNC_VIA_INBOX: "1", ...options.env },
  });
}
