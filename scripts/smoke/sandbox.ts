import { type LocalPlatform, startLocalPlatform } from "../../src/local/start.ts";
import { McpSession, type SessionLimits } from "./mcp_session.ts";
import type { Program } from "./program.ts";
import { removeTree } from "../temp_dir.ts";

/** A separate platform with a workspace for the program, and empty directories to run it in. */
export interface SmokeSandbox extends AsyncDisposable {
  readonly platform: LocalPlatform;
  readonly agent: { readonly id: string; readonly token: string };
  readonly stateDir: string;
  /** Where the program runs; nobody can write to it. */
  readonly cwd: string;
  /** Starts the program as the workspace, with these additional variables. */
  open(
    program: Program,
    limits: SessionLimits,
    env?: Readonly<Record<string, string>>,
  ): Promise<McpSession>;
}

/** Makes one; everything is gone when it is disposed of. */
export async function smokeSandbox(): Promise<SmokeSandbox> {
  const platform = await startLocalPlatform();
  const agent = await platform.createWorkspace({ name: "Smoke", deliveryMode: "poll" });
  const stateDir = await Deno.makeTempDir({ prefix: "molecule-smoke-" });
  const cwd = await Deno.makeTempDir({ prefix: "molecule-smoke-" });
  if (Deno.build.os !== "windows") await Deno.chmod(cwd, 0o500);
  return {
    platform,
    agent,
    stateDir,
    cwd,
    open: (program, limits, env = {}) =>
      McpSession.open(program, {
        ...limits,
        cwd,
        env: {
          WORKSPACE_ID: agent.id,
          PLATFORM_URL: platform.url,
          MOLECULE_WORKSPACE_TOKEN: agent.token,
          CONFIGS_DIR: stateDir,
          ...env,
          ...program.env,
        },
      }),
    [Symbol.asyncDispose]: async () => {
      await platform.close();
      await removeTree(stateDir);
      await removeTree(cwd);
    },
  };
}
