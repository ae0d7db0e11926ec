/** Causes in the program itself, and in what clients are told to start. */
import { lookAtProgram } from "../../../src/commands/doctor/program.ts";
import { permissionFlags } from "../../../scripts/permissions.ts";
import { IS_EXECUTABLE } from "../../e2e/program.ts";
import { lacking, NO_MODES } from "../../support/test_unless.ts";
import { type Cause, fails, healthyProgram, type Stage, warns, withEntry } from "./stage.ts";

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
        ...await lookAtProgram(read, { form: "executable", main: own }),
        ...await healthyProgram(),
        path: own,
        onPath: (await lookAtProgram(read, { form: "executable", main: own })).onPath,
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

/** The program. */
export const PROGRAM_CAUSES: readonly Cause[] = [
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
    // Without it, what it says is missing as well.
    { skip: FIXED_PERMISSIONS, exitCode: 2 },
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

const entry = (...args: Parameters<typeof withEntry>) => () => ({
  world: { clients: withEntry(...args) },
});

/** Clients' entries. */
export const CLIENT_CAUSES: readonly Cause[] = [
  fails(
    "clients.dead",
    "a client's entry starts what is not there",
    entry({ pointsTo: "dead", command: "/old/molecule-mcp" }),
  ),
  warns(
    "clients.python",
    "a client's entry starts the Python client",
    entry({ pointsTo: "python", command: "molecule-mcp" }),
  ),
  warns(
    "clients.another",
    "a client's entry starts an older copy",
    entry({ pointsTo: "another", command: "/opt/molecule-mcp" }),
  ),
  warns(
    "clients.foreign",
    "a client's entry of this name starts something else",
    entry({ pointsTo: "foreign", command: "/opt/molecules" }),
  ),
  warns(
    "clients.trouble",
    "a client's entry withholds a permission",
    entry({ pointsTo: "this", trouble: "it lacks --allow-net" }),
  ),
  warns(
    "clients.profile",
    "a client's entry names a profile that is gone",
    entry({ pointsTo: "this", trouble: "there is no profile work here", lacksProfile: true }),
  ),
  warns("clients.backup_secret", "what install replaced has left the token behind", () => ({
    world: {
      clients: async () => {
        const looks = await withEntry({})();
        return looks.map((look) => ({
          ...look,
          backupsWithToken: ["/home/ada/x.molecule-backup"],
        }));
      },
    },
  })),
  warns("clients.secret", "a client's entry holds the token", entry({ tokenInClear: true })),
  warns(
    "clients.folder",
    "a client's entry holds for one folder",
    entry({ scope: "folder", folder: "/home/you/project" }),
  ),
  fails("clients.unreadable", "a client's file does not parse", entry({}, ["it breaks at line 3"])),
];
