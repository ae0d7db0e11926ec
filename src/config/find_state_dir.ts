import { dirname } from "@std/path";
import { type CheckedEnvironment, checkEnvironment } from "./checked_environment.ts";
import { readTrimmed, type ReadVariable } from "./environment.ts";
import { notRunning, notRunningProblem, withoutConnection } from "./local_platform.ts";
import {
  CONNECTION_FILE_NAME,
  isFromFile,
  readSettingsFile,
  type SettingsFile,
} from "./settings_file.ts";
import { LOCAL_PROFILE } from "./profile.ts";
import {
  type LookAtDirectory,
  profileProblem,
  resolveStateDir,
  type StateDir,
} from "./state_dir.ts";

/** Which settings are meant. */
export interface SettingsOptions {
  /** One of several identities on this machine, with a state directory of its own. */
  readonly profile?: string;
  /** Only looks, and how: no directory is created or changed. */
  readonly onlyLook?: LookAtDirectory;
  /** Stands in for /configs in tests. */
  readonly containerDir?: string;
}

/** Any of these set means that somebody has begun to configure the program. */
const SETS_UP = [
  "WORKSPACE_ID",
  "PLATFORM_URL",
  "MOLECULE_WORKSPACE_TOKEN",
  "MOLECULE_WORKSPACE_TOKEN_FILE",
  "MOLECULE_WORKSPACES",
  "CONFIGS_DIR",
];

/** Where settings and state are, as far as that can be told. */
export interface FoundStateDir {
  /** The variables that count. */
  readonly read: ReadVariable;
  readonly environment: CheckedEnvironment;
  /** Whether anybody meant this program to be set up: a first run leaves no trace on the disk. */
  readonly isMeant: boolean;
  readonly state?: StateDir;
  readonly file?: SettingsFile;
}

/**
 * The state directory, what its settings file says, and whether this program was meant to be set up.
 */
export async function findStateDir(
  given: ReadVariable,
  { profile, containerDir, onlyLook }: SettingsOptions,
): Promise<FoundStateDir> {
  const isLocal = profile === LOCAL_PROFILE;
  const read = isLocal ? withoutConnection(given) : given;
  const environment = checkEnvironment(read);
  const isSetUp = SETS_UP.some((name) => readTrimmed(read, name) !== undefined);
  const found = { read, environment, isMeant: isSetUp || profile !== undefined };
  const problem = profile === undefined ? undefined : profileProblem(profile);
  if (problem) return { ...found, state: { problem } };
  // What was meant by a wrong CONFIGS_DIR is not the directory that is the default.
  if (environment.isWrong("CONFIGS_DIR")) return found;
  const state = resolveStateDir(environment.read, {
    create: isSetUp && profile === undefined && !onlyLook,
    look: onlyLook,
    containerDir,
    profile,
  });
  if ("problem" in state) {
    const { absent } = state;
    if (isLocal && absent) return { ...found, state: { problem: notRunningProblem() } };
    // The server will make it.
    if (isSetUp && absent && onlyLook && canBeMade(absent, onlyLook)) {
      return { ...found, state: { path: absent, notices: [], isAbsent: true } };
    }
    return { ...found, state };
  }
  const problemOfLocal = isLocal ? await notRunning(state.path) : undefined;
  if (problemOfLocal) return { ...found, state: { problem: problemOfLocal } };
  const name = isLocal ? CONNECTION_FILE_NAME : undefined;
  const file = await readSettingsFile(state.path, state.uid, name);
  const isMeant = found.isMeant || file !== undefined;
  // A directory that was only looked at is used now: who else has access to it?
  const notices = isMeant && !onlyLook ? state.secure?.() : undefined;
  return { ...found, isMeant, file, state: notices ? { ...state, notices } : state };
}

function canBeMade(path: string, look: LookAtDirectory): boolean {
  try {
    look(dirname(path), { shared: false });
    return true;
  } catch {
    return false; // Then what is wrong with it is said, as for any other directory.
  }
}

/** Whose token and secret lie in the state directory, where its settings file says that. */
export function ownerOfFiles(
  read: ReadVariable,
  file: SettingsFile | undefined,
): string | undefined {
  return file && !isFromFile("WORKSPACE_ID", read, file)
    ? file.values.get("WORKSPACE_ID")
    : undefined;
}
