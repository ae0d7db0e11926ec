import { type LocalPlatform, startLocalPlatform } from "../../src/local/platform.ts";

/** A platform with one workspace to receive and a state directory for it. */
export interface InboxStage extends AsyncDisposable {
  readonly platform: LocalPlatform;
  readonly id: string;
  readonly token: string;
  readonly stateDir: string;
  /** The environment of a server for this workspace. */
  readonly env: Record<string, string>;
}

/** Sets the stage; everything is gone when it is disposed of. */
export async function inboxStage(): Promise<InboxStage> {
  const platform = await startLocalPlatform({
    rateLimit: { requests: 1_000_000, windowMs: 60_000 },
  });
  const { id, token } = await platform.createWorkspace({ name: "Receiver", deliveryMode: "poll" });
  const stateDir = await Deno.makeTempDir({ prefix: "molecule-inbox-" });
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
    },
    [Symbol.asyncDispose]: async () => {
      await platform.close();
      await Deno.remove(stateDir, { recursive: true });
    },
  };
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

/** Whether the process is still there. */
export function isAlive(pid: number): boolean {
  try {
    Deno.kill(pid, "SIGCONT");
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
