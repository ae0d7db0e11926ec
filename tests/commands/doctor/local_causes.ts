/** Causes on this machine: the program, the settings, the state directory, the token, clients. */
import { join } from "@std/path";
import { lookAtProgram } from "../../../src/commands/doctor/program.ts";
import { IS_EXECUTABLE } from "../../e2e/program.ts";
import { permissionFlags } from "../../../scripts/permissions.ts";
import { age } from "../../support/test_dir.ts";
import { lacking, NO_MODES, NO_NAMED_PIPES, NOT_ROOT } from "../../support/test_unless.ts";
import { type Cause, clientsWith, fails, healthyProgram, type Stage, warns } from "./stage.ts";

const FIXED_PERMISSIONS = lacking("choice of permissions", !IS_EXECUTABLE);

/** This test's own program, with what is really on PATH. */
async function withPath(stage: Stage, script: string | undefined) {
  const bin = stage.dir.at("bin");
  await Deno.mkdir(bin);
  if (script !== undefined) await stage.dir.write("bin/molecule-mcp", script, 0o755);
  const own = stage.dir.at("own", "molecule-mcp");
  return {
    env: { PATH: bin },
    world: {
      program: async (read: (name: string) => string | undefined) => ({
        ...await lookAtProgram(read, own),
        ...await healthyProgram(),
        path: own,
        onPath: (await lookAtProgram(read, own)).onPath,
      }),
    },
  };
}

/** Environment with the first variables hidden from the program. */
function withoutPermissionFor(name: string): string[] {
  return permissionFlags().map((flag) =>
    flag.startsWith("--allow-env=")
      ? `--allow-env=${
        flag.slice("--allow-env=".length).split(",").filter((each) => each !== name).join(",")
      }`
      : flag
  );
}

const PROGRAM: readonly Cause[] = [
  warns(
    "program.python_first",
    "the Python program of the same name is first on PATH",
    (stage) => withPath(stage, "#!/usr/bin/python3\nfrom molecule_runtime import main\nmain()\n"),
    { skip: NO_MODES },
  ),
  warns(
    "program.other_first",
    "another program of the same name is first on PATH",
    (stage) => withPath(stage, "#!/bin/sh\nexec /opt/old/molecule-mcp\n"),
    { skip: NO_MODES },
  ),
  warns(
    "program.not_on_path",
    "the executable is not on PATH",
    (stage) => withPath(stage, undefined),
  ),
  fails(
    "program.denied",
    "Deno may not read a setting",
    () => ({ isProcess: true, permissions: withoutPermissionFor("WORKSPACE_ID") }),
    { skip: FIXED_PERMISSIONS },
  ),
  fails("program.deno_old", "Deno is older than the oldest that works", () => ({
    world: { program: async () => ({ ...await healthyProgram(), deno: "2.5.0" }) },
  })),
  fails("program.garbled", "a setting is not valid UTF-8", () => ({
    world: {
      program: async () => ({ ...await healthyProgram(), garbled: ["MOLECULE_AGENT_NAME"] }),
    },
  })),
];

const NOTHING = {
  WORKSPACE_ID: undefined,
  PLATFORM_URL: undefined,
  MOLECULE_WORKSPACE_TOKEN: undefined,
};

const settingsFile = (content: string) => async (stage: Stage) => {
  await stage.writeState("settings.json", content);
  return {};
};

const SETTINGS: readonly Cause[] = [
  fails("settings.nothing", "nothing is set up", () => ({
    env: { ...NOTHING, CONFIGS_DIR: undefined },
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

const STATE: readonly Cause[] = [
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

/** The variable holds something else than the token. */
const inlineToken = (make: (token: string) => string) => (stage: Stage) => ({
  env: { MOLECULE_WORKSPACE_TOKEN: make(stage.token) },
});
/** The token is saved, and in no variable. */
const savedToken =
  (make: (token: string) => string | Uint8Array, mode?: number) => async (stage: Stage) => {
    await stage.writeState(".auth_token", make(stage.token), mode);
    return { env: { MOLECULE_WORKSPACE_TOKEN: undefined } };
  };

function utf16(text: string): Uint8Array {
  const units = Array.from(`\ufeff${text}\r\n`, (char) => char.charCodeAt(0));
  return new Uint8Array(Uint16Array.from(units).buffer);
}

const TOKEN: readonly Cause[] = [
  fails("token.missing", "there is no token", inlineToken(() => "")),
  fails("token.quotes", "the token is in quotes", inlineToken((token) => `"${token}"`)),
  fails("token.name", "the token has its name in front", inlineToken((token) => `TOKEN=${token}`)),
  fails(
    "token.bearer",
    'the token has "Bearer" in front',
    inlineToken((token) => `Bearer ${token}`),
  ),
  fails(
    "token.placeholder",
    "the token is the canvas's placeholder",
    inlineToken(() => "<ROTATE_TO_REVEAL_TOKEN>"),
  ),
  fails(
    "token.placeholder",
    "the token is a client's placeholder",
    inlineToken(() => "${env:MOLECULE_TOKEN}"),
  ),
  fails(
    "token.white_space",
    "the token has a line break in it",
    inlineToken((token) => `${token.slice(0, 20)}\n${token.slice(20)}`),
  ),
  fails(
    "token.characters",
    "the token has a letter that no header takes",
    inlineToken((token) => `${token}é`),
  ),
  warns("token.utf16", "the token's file is UTF-16", savedToken(utf16)),
  fails("token.empty", "the token's file is empty", savedToken(() => "\n")),
  fails(
    "token.not_text",
    "the token's file is no text",
    savedToken(() => new Uint8Array([0xff, 0xc0, 0x80])),
  ),
  warns("token.exposed", "others may read the token's file", savedToken((token) => token, 0o644), {
    skip: NO_MODES,
  }),
  fails("token.unreadable", "a directory is in the place of the token's file", async (stage) => {
    await Deno.mkdir(join(stage.stateDir, ".auth_token"));
    return { env: { MOLECULE_WORKSPACE_TOKEN: undefined } };
  }),
  fails("token.file_absent", "the file that a variable names is not there", () => ({
    env: { MOLECULE_WORKSPACE_TOKEN: undefined, MOLECULE_WORKSPACE_TOKEN_FILE: "/none/token" },
  })),
  warns("token.differs", "file and variable differ, and both are taken", async (stage) => {
    await stage.writeState(".auth_token", await stage.platform.createToken(stage.id));
    return {};
  }),
  fails("token.shape_unusual", "the token was cut", inlineToken((token) => token.slice(0, 30)), {
    exitCode: 3,
  }),
  fails("token.refused", "the token was revoked", (stage) => {
    stage.platform.revokeTokens(stage.id);
    return {};
  }, { exitCode: 3 }),
  fails("token.refused", "the token is another workspace's", async (stage) => {
    const other = await stage.platform.createWorkspace({ name: "Other" });
    return { env: { MOLECULE_WORKSPACE_TOKEN: other.token } };
  }, { exitCode: 3 }),
  warns("token.stale", "the saved token is stale, the variable is right", async (stage) => {
    const old = await stage.platform.createToken(stage.id);
    await stage.platform.revokeToken(old);
    await stage.writeState(".auth_token", old);
    return {};
  }),
];

const CLIENTS: readonly Cause[] = [
  fails("clients.dead", "a client's entry starts what is not there", () => ({
    world: { clients: clientsWith({ state: "dead", command: "/old/molecule-mcp" }) },
  })),
  warns("clients.python", "a client's entry starts the Python client", () => ({
    world: { clients: clientsWith({ state: "python", command: "molecule-mcp" }) },
  })),
  warns("clients.other", "a client's entry starts another program", () => ({
    world: { clients: clientsWith({ state: "other", command: "/opt/molecule-mcp" }) },
  })),
  warns("clients.secret", "a client's entry holds the token", () => ({
    world: { clients: clientsWith({ hasSecret: true }) },
  })),
  fails("clients.unreadable", "a client's file does not parse", () => ({
    world: {
      clients: () =>
        Promise.resolve({
          entries: [],
          troubles: [{ client: "codex", file: "/home/you/.codex/config.toml", problem: "line 3" }],
        }),
    },
  })),
];

/** In the order of the areas. */
export const LOCAL_CAUSES: readonly Cause[] = [
  ...PROGRAM,
  ...SETTINGS,
  ...STATE,
  ...TOKEN,
  ...CLIENTS,
];
