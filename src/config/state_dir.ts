import { join } from "@std/path";
import { readTrimmed, type ReadVariable } from "./environment.ts";
import { isLikeToken, likeTokenFault } from "./like_token.ts";
import { invalid, type Problem } from "./problem.ts";
import { LOCAL_PROFILE, profileDir } from "./profile.ts";
import { homeDirectory, homeVariable, isFullPath } from "./paths.ts";
import { guardStateDir } from "./state_dir_guard.ts";
import { probePathIn } from "../lib/files/probe_file.ts";
import { shellQuote } from "../lib/shell_quote.ts";
import { reasonOf } from "../lib/system_error.ts";

/**
 * Where a container has its state and its config.yaml. Not on Windows, where it would be a directory
 * of the current drive that any user of the machine may make, and fill or read.
 */
export const CONTAINER_DIR = Deno.build.os === "windows" ? undefined : "/configs";
const HOME_SUBDIR = ".molecule-workspace";
/** What a profile may be called, so that its name is a file's name everywhere. */
const PROFILE_NAME = /^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$/;

/** What is wrong with a profile's name, if anything. */
export function profileProblem(name: string): Problem | undefined {
  if (isLikeToken(name)) return invalid("--profile", likeTokenFault(name));
  if (PROFILE_NAME.test(name)) return undefined;
  return invalid(
    "--profile",
    "expected 1-64 lower-case letters, digits, hyphens and underscores, beginning and ending with " +
      "a letter or digit",
  );
}

/** A directory that can be used. */
interface UsableDir {
  readonly path: string;
  readonly notices: readonly string[];
  /** As whom this process creates files there; undefined where there are no owners. */
  readonly uid?: number;
  /** Where it was only looked for: the first start will make it. */
  readonly isAbsent?: boolean;
  /** Where it was only looked at: closes it to others for its use, and returns the notices. */
  readonly secure?: () => readonly string[];
}

/** The state directory and what is worth saying about it, or why there is none. */
export type StateDir =
  | UsableDir
  | {
    readonly problem: Problem;
    /** The directory that it would be, if all that is wrong is that it does not exist yet. */
    readonly absent?: string;
  };

/**
 * Looks at a directory that exists, and leaves it as it is.
 *
 * @returns a record whose owner is who this process acts as there
 * @throws why no file can be created in it
 */
export type LookAtDirectory = (
  path: string,
  options: { readonly home?: string; readonly shared: boolean },
) => Deno.FileInfo;

/**
 * The directory for token, secret, cursor and lock, by three tiers (tests/README.md, "State
 * directory"): CONFIGS_DIR, a writable /configs (not on Windows), `~/.molecule-workspace` (created
 * 0700). A directory that was set by name is never replaced by a lower tier.
 *
 * Synchronous: nothing else happens at that moment, and a dozen trips to another thread would take
 * a tenth of the start-up time.
 *
 * @param options.create `false`: no directory is created or changed, and what does not exist is a
 * problem
 * @param options.look in place of the file that is else made and removed to see whether that works
 * @param options.profile one of several identities, with a directory of its own below this one
 * @param options.containerDir stands in for /configs in tests
 */
export function resolveStateDir(
  read: ReadVariable,
  options: {
    readonly create?: boolean;
    readonly look?: LookAtDirectory;
    readonly containerDir?: string;
    readonly profile?: string;
  } = {},
): StateDir {
  const { create = true, look = probed, containerDir = CONTAINER_DIR, profile } = options;
  const home = homeDirectory(read);
  const use = (base: string, advice: string): StateDir => {
    const path = profile === undefined ? base : profileDir(base, profile);
    if (profile !== undefined && profile !== LOCAL_PROFILE && !create && !exists(path)) {
      const fault = `there is no profile ${profile} (${path} does not exist)`;
      const message = `${fault}; the command auth login --profile ${profile} makes it`;
      return { problem: { ...invalid("--profile", message), fault } };
    }
    const shared = containerDir !== undefined &&
      withoutTrailingSlash(path) === withoutTrailingSlash(containerDir);
    const found = examined(path, { create, guard: create, look, shared, home });
    if ("path" in found) return found;
    return {
      problem: invalid(
        "CONFIGS_DIR",
        `cannot keep state in ${path}: ${found.reason}; ${advice} that this user can write to`,
      ),
      ...(!create && !exists(path) && { absent: path }),
    };
  };
  const configured = readTrimmed(read, "CONFIGS_DIR");
  if (configured !== undefined) return use(configured, "choose a directory");
  if (containerDir !== undefined) {
    const container = examined(containerDir, {
      create: false,
      guard: create,
      look,
      shared: true,
      home,
    });
    if ("path" in container) {
      return profile === undefined
        ? container
        : use(containerDir, "set CONFIGS_DIR to a directory");
    }
  }
  if (home === undefined || !isFullPath(home)) {
    return {
      problem: invalid(
        "CONFIGS_DIR",
        `no state directory: ${homeVariable(read)} is ${
          home === undefined ? "not set either" : "not an absolute path"
        }; set CONFIGS_DIR to a directory that this user can write to`,
      ),
    };
  }
  return use(join(home, HOME_SUBDIR), "set CONFIGS_DIR to a directory");
}

function withoutTrailingSlash(path: string): string {
  return join(path).replace(/[\\/]+$/, "");
}

/** Not `existsSync` of @std/fs, which does not say why it cannot be seen. */
function mustExist(path: string): void {
  if (!Deno.statSync(path).isDirectory) throw new Deno.errors.NotADirectory(path);
}

function exists(path: string): boolean {
  try {
    mustExist(path);
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound);
  }
}

/** Not `ensureDirSync` of @std/fs, which takes no mode. */
function createPrivate(path: string): void {
  Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
}

/** The directory, if a file can be created in it and nobody else controls it. */
function examined(
  path: string,
  { create, guard, look, shared, home }: {
    readonly create: boolean;
    readonly guard: boolean;
    readonly look: LookAtDirectory;
    readonly shared: boolean;
    readonly home: string | undefined;
  },
): UsableDir | { reason: string } {
  try {
    if (create) createPrivate(path);
    else mustExist(path);
    const made = look(path, { home, shared });
    const { refusal, notices } = guardStateDir(path, made, shared, { home, onlyLook: !guard });
    if (refusal !== undefined) return { reason: refusal };
    return {
      path,
      notices,
      ...(made.uid !== null && { uid: made.uid }),
      ...(!guard && { secure: () => guardStateDir(path, made, shared, { home }).notices }),
    };
  } catch (error) {
    return { reason: whyNot(error, path) };
  }
}

/**
 * Makes a file in the directory and removes it: only that tells the truth, modes say nothing about
 * read-only mounts, ACLs or root.
 *
 * @returns the file's record. @throws what kept it from being made
 */
export function probed(path: string): Deno.FileInfo {
  const probe = probePathIn(path);
  Deno.writeTextFileSync(probe, "", { createNew: true, mode: 0o600 });
  try {
    return Deno.lstatSync(probe);
  } finally {
    Deno.removeSync(probe);
  }
}

function whyNot(error: unknown, path: string): string {
  if (error instanceof Deno.errors.NotCapable) {
    return `Deno was started without permission for it (add --allow-read=${shellQuote(path)} ` +
      `--allow-write=${shellQuote(path)})`;
  }
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  if (error instanceof Deno.errors.NotADirectory || error instanceof Deno.errors.AlreadyExists) {
    return "it is not a directory";
  }
  return reasonOf(error);
}
