import {
  type LocalPlatform,
  type LocalPlatformOptions,
  startLocalPlatform,
} from "../../src/local/start.ts";

/** A platform with a workspace for the program, and a state directory. */
export interface TestWorkspace extends AsyncDisposable {
  readonly platform: LocalPlatform;
  readonly id: string;
  readonly token: string;
  readonly stateDir: string;
  /** The environment of a server for this workspace. */
  readonly env: Record<string, string>;
}

/** The same, and a peer below the workspace. */
export interface TestTeam extends TestWorkspace {
  readonly peerId: string;
}

/** A received message, as far as tests look at it. */
export interface Received {
  readonly activity_id: string;
  readonly text: string;
  readonly kind: string;
  readonly peer_id: string;
  readonly peer_name?: string;
  readonly arrival_workspace_id?: string;
  readonly attachments?: readonly { uri?: string; name?: string }[];
}

/** Starts the platform; everything is gone when it is disposed of. */
export async function testWorkspace(
  options: LocalPlatformOptions = {},
  name = "Receiver",
): Promise<TestWorkspace> {
  const platform = await startLocalPlatform({
    rateLimit: { requests: 1_000_000, windowMs: 60_000 },
    ...options,
  });
  const { id, token } = await platform.createWorkspace({ name, deliveryMode: "poll" });
  const stateDir = await Deno.makeTempDir({ prefix: "molecule-e2e-" });
  return {
    platform,
    id,
    token,
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

/** Starts the platform with a peer; everything is gone when it is disposed of. */
export async function testTeam(options: LocalPlatformOptions = {}): Promise<TestTeam> {
  const lead = await testWorkspace(options, "Lead");
  const peer = await lead.platform.createWorkspace({
    name: "Researcher",
    role: "research",
    parentId: lead.id,
    deliveryMode: "poll",
    status: "online",
  });
  return { ...lead, peerId: peer.id };
}
