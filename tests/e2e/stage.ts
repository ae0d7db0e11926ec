import type { LocalPlatformOptions } from "../../src/local/platform.ts";
import { type LocalPlatform, startLocalPlatform } from "../../src/local/platform.ts";

/** A platform with a lead and a peer below it, and a state directory. */
export interface TeamStage extends AsyncDisposable {
  readonly platform: LocalPlatform;
  readonly id: string;
  readonly token: string;
  readonly peerId: string;
  readonly stateDir: string;
  /** The environment of a server for the lead. */
  readonly env: Record<string, string>;
}

/** Sets the stage; everything is gone when it is disposed of. */
export async function teamStage(options: LocalPlatformOptions = {}): Promise<TeamStage> {
  const platform = await startLocalPlatform({
    rateLimit: { requests: 1_000_000, windowMs: 60_000 },
    ...options,
  });
  const { id, token } = await platform.createWorkspace({ name: "Lead", deliveryMode: "poll" });
  const peer = await platform.createWorkspace({
    name: "Researcher",
    role: "research",
    parentId: id,
    deliveryMode: "poll",
    status: "online",
  });
  const stateDir = await Deno.makeTempDir({ prefix: "molecule-e2e-" });
  return {
    platform,
    id,
    token,
    peerId: peer.id,
    stateDir,
    env: {
      WORKSPACE_ID: id,
      PLATFORM_URL: platform.url,
      MOLECULE_WORKSPACE_TOKEN: token,
      CONFIGS_DIR: stateDir,
      WORKSPACE_CONFIG_PATH: stateDir,
    },
    [Symbol.asyncDispose]: async () => {
      await platform.close();
      await Deno.remove(stateDir, { recursive: true });
    },
  };
}
