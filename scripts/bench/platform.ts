/**
 * A local platform in a separate process, for measurements: says on stdout as one line of JSON how
 * to be its lead, and ends with its input.
 *
 * @module
 */
import { startLocalPlatform } from "../../src/local/start.ts";
import { createTeam } from "../../src/local/team.ts";

if (import.meta.main) {
  const platform = await startLocalPlatform({
    rateLimit: { requests: 1_000_000_000, windowMs: 60_000 },
    recordRequests: false,
  });
  const [lead, ...peers] = await createTeam(platform);
  const settings = {
    WORKSPACE_ID: lead?.id,
    PLATFORM_URL: platform.url,
    MOLECULE_WORKSPACE_TOKEN: lead?.token,
  };
  console.log(JSON.stringify({ settings, peerIds: peers.map(({ id }) => id) }));
  while (await Deno.stdin.read(new Uint8Array(1)) !== null);
  await platform.close();
}
