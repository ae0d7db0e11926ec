import { findServers } from "../status/find_servers.ts";
import type { ServerReport } from "../status/server_report.ts";

/**
 * The servers that run with a state directory, for those who change what is in it.
 *
 * @returns each with how it is called: `Running now: the server of claude-code (pid 12)`
 */
async function runningServers(
  stateDir: string,
  profile: string | undefined,
): Promise<readonly { readonly called: string; readonly server: ServerReport }[]> {
  const { servers } = await findServers([{ profile: profile ?? null, state_dir: stateDir }]);
  return servers.filter(({ running }) => running !== false).map((server) => {
    // Where it cannot be told, one that was killed may have left its file.
    const lives = server.running ? "Running now" : "Perhaps running";
    const client = server.client?.name;
    const whose = client === null || client === undefined ? "" : ` of ${client}`;
    const pid = server.pid === null ? "" : ` (pid ${server.pid})`;
    return { called: `${lives}: the server${whose}${pid}`, server };
  });
}

/** What becomes of the servers that run while another token is saved: one line each. */
export async function afterLogin(
  stateDir: string,
  profile: string | undefined,
  workspaceId: string,
): Promise<string[]> {
  const running = await runningServers(stateDir, profile);
  return running.map(({ called, server: { workspaces } }) => {
    const isSame = workspaces.some(({ id }) => id === workspaceId);
    return isSame
      ? `${called}. It takes the new token by itself once its old one is refused.`
      : `${called}. It stays with its workspace until its client is restarted.`;
  });
}

/** The same where the saved token was deleted. */
export async function afterLogout(
  stateDir: string,
  profile: string | undefined,
): Promise<string[]> {
  const running = await runningServers(stateDir, profile);
  return running.map(({ called }) =>
    `${called}. It keeps the token that it has read until its client is restarted.`
  );
}
