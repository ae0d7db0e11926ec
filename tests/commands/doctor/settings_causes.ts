/** Causes in the settings and in the state directory. */
import { join } from "@std/path";
import { age } from "../../support/test_dir.ts";
import { NO_MODES, NO_NAMED_PIPES, NOT_ROOT } from "../../support/test_unless.ts";
import { type Cause, fails, type Stage, warns, withEntry } from "./stage.ts";

const NOTHING = {
  WORKSPACE_ID: undefined,
  PLATFORM_URL: undefined,
  MOLECULE_WORKSPACE_TOKEN: undefined,
};

const settingsFile = (content: string) => async (stage: Stage) => {
  await stage.writeState("settings.json", content);
  return {};
};

/** The settings. */
export const SETTINGS_CAUSES: readonly Cause[] = [
  fails("settings.nothing", "nothing is set up", () => ({
    env: { ...NOTHING, CONFIGS_DIR: undefined },
  }), { exitCode: 2 }),
  fails("settings.only_in_client", "only a client's entry has the settings", () => ({
    env: { ...NOTHING, CONFIGS_DIR: undefined },
    world: { clients: withEntry({ variables: ["WORKSPACE_ID", "PLATFORM_URL"] }) },
  }), { exitCode: 2 }),
  fails("settings.missing", "PLATFORM_URL is not set", () => ({
    env: { PLATFORM_URL: undefined },
  }), { exitCode: 2 }),
  fails("settings.missing", "WORKSPACE_ID is not set", () => ({
    env: { WORKSPACE_ID: undefined },
  })),
  fails("settings.platform_url", "PLATFORM_URL without a scheme", () => ({
    env: { PLATFORM_URL: "acme.example.com" },
  }), { exitCode: 2 }),
  fails("settings.platform_url", "PLATFORM_URL with plain http on the internet", () => ({
    env: { PLATFORM_URL: "http://acme.example.com" },
  }), { exitCode: 2 }),
  fails("settings.platform_url", "a client's placeholder was not filled in", () => ({
    env: { PLATFORM_URL: "${MOLECULE_URL}" },
  }), { exitCode: 2 }),
  fails("settings.workspace_id", "WORKSPACE_ID is the workspace's name", () => ({
    env: { WORKSPACE_ID: "My Workspace" },
  })),
  fails("settings.file", "settings.json is broken", settingsFile('{"workspace_id": ')),
  fails("settings.file", "settings.json has an unknown key", settingsFile('{"workspace": "a"}')),
  fails("settings.file", "settings.json is a newer program's", settingsFile('{"version": 9}')),
  fails("settings.file", "settings.json is a pipe", async (stage) => {
    await new Deno.Command("mkfifo", { args: [join(stage.stateDir, "settings.json")] }).output();
    return {};
  }, { skip: NO_NAMED_PIPES }),
  fails("settings.profile", "the profile does not exist", () => ({
    world: { profile: "work" },
  }), { exitCode: 2 }),
  fails("settings.workspaces", "MOLECULE_WORKSPACES is not JSON", () => ({
    env: { WORKSPACE_ID: undefined, MOLECULE_WORKSPACES: "[{id: 1}]" },
  }), { exitCode: 2 }),
  warns("settings.heartbeat_off", "the heartbeat is switched off", () => ({
    env: { MOLECULE_MCP_DISABLE_HEARTBEAT: "1" },
  })),
  warns("settings.push_only", "the agent is told not to ask", () => ({
    env: { MOLECULE_MCP_POLL_TIMEOUT_SECS: "0" },
  })),
];

const failing = (error: Error) => () => ({
  world: { stateDir: { tryOut: () => Promise.resolve({ error }) } },
});

/** What the directory shows, changed. */
function tried(change: { hasLocks?: boolean; hasSync?: boolean; mode?: number }) {
  return (stage: Stage) => ({
    world: {
      stateDir: {
        tryOut: async () => ({
          made: {
            ...await Deno.stat(stage.stateDir),
            isFile: true,
            mode: change.mode ?? 0o100600,
          },
          hasLocks: change.hasLocks ?? true,
          hasSync: change.hasSync ?? true,
        }),
      },
    },
  });
}

/** The state directory. */
export const STATE_CAUSES: readonly Cause[] = [
  fails("state.not_directory", "the state directory is a file", async (stage) => ({
    env: { CONFIGS_DIR: await stage.dir.write("file", "") },
  })),
  fails("state.path", "CONFIGS_DIR is a relative path", () => ({ env: { CONFIGS_DIR: "state" } })),
  fails("state.foreign", "the state directory is another user's", async (stage) => {
    await Deno.chown(stage.stateDir, 12345, 12345);
    return {};
  }, { skip: NOT_ROOT }),
  warns("state.open", "the state directory is open to others", async (stage) => {
    await Deno.chmod(stage.stateDir, 0o755);
    return {};
  }, { skip: NO_MODES }),
  warns("state.parents", "others can replace the state directory", async (stage) => {
    await Deno.chmod(stage.dir.path, 0o777);
    return {};
  }, { skip: NO_MODES }),
  fails(
    "state.not_writable",
    "the state directory cannot be written to",
    failing(new Deno.errors.PermissionDenied("Permission denied (os error 13)")),
  ),
  fails(
    "state.read_only",
    "the state directory is on a read-only file system",
    failing(new Error("Read-only file system (os error 30)")),
  ),
  fails(
    "state.disk_full",
    "the disk is full",
    failing(new Error("No space left on device (os error 28)")),
  ),
  warns("state.no_locks", "the file system has no locks", tried({ hasLocks: false })),
  warns("state.no_sync", "the file system has no fsync", tried({ hasSync: false })),
  fails("state.no_modes", "the file system keeps no modes", tried({ mode: 0o100777 }), {
    skip: NO_MODES,
  }),
  warns("state.left_over", "a killed program left a temporary file", async (stage) => {
    await age(await stage.writeState(`.auth_token.${"0".repeat(32)}.tmp`, ""));
    return {};
  }),
];
