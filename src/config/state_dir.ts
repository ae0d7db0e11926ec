import { join } from "@std/path";
import { readTrimmed, type ReadVariable } from "./environment.ts";
import { invalid, type Problem } from "./problem.ts";

/** Where the reference keeps its state when it runs inside a container. */
const CONTAINER_DIR = "/configs";
const HOME_SUBDIR = ".molecule-workspace";

/**
 * The directory for token, secret, cursor and lock, by the three tiers of runtime-behaviour A2:
 * CONFIGS_DIR, a writable /configs, `~/.molecule-workspace` (created 0700). A directory that was
 * asked for by name is never replaced by a lower tier.
 *
 * @param options.create `false` only looks: what does not exist is not created, and is a problem
 * @param options.containerDir stands in for /configs in tests
 */
export async function resolveStateDir(
  read: ReadVariable,
  options: { readonly create?: boolean; readonly containerDir?: string } = {},
): Promise<{ path: string } | { problem: Problem }> {
  const { create = true, containerDir = CONTAINER_DIR } = options;
  const configured = readTrimmed(read, "CONFIGS_DIR");
  if (configured !== undefined) {
    return await checked(configured, create ? createPrivate : mustExist, "choose a directory");
  }
  if (await unusable(containerDir, mustExist) === undefined) return { path: containerDir };
  const home = readTrimmed(read, "HOME") ?? readTrimmed(read, "USERPROFILE");
  if (home === undefined) {
    return {
      problem: invalid(
        "CONFIGS_DIR",
        "no state directory: HOME is not set either; set CONFIGS_DIR to a directory that this " +
          "user can write to",
      ),
    };
  }
  return await checked(
    join(home, HOME_SUBDIR),
    create ? createPrivate : mustExist,
    "set CONFIGS_DIR to a directory",
  );
}

async function checked(
  path: string,
  prepare: (path: string) => Promise<void>,
  advice: string,
): Promise<{ path: string } | { problem: Problem }> {
  const reason = await unusable(path, prepare);
  return reason === undefined ? { path } : {
    problem: invalid(
      "CONFIGS_DIR",
      `cannot keep state in ${path}: ${reason}; ${advice} that this user can write to`,
    ),
  };
}

async function mustExist(path: string): Promise<void> {
  if (!(await Deno.stat(path)).isDirectory) throw new Deno.errors.NotADirectory(path);
}

async function createPrivate(path: string): Promise<void> {
  await Deno.mkdir(path, { recursive: true, mode: 0o700 });
}

/** Why the directory can't be used, or `undefined` when a file can be created in it. */
async function unusable(
  path: string,
  prepare: (path: string) => Promise<void>,
): Promise<string | undefined> {
  const probe = join(path, `.write-probe-${crypto.randomUUID()}`);
  try {
    await prepare(path);
    // Only creating a file tells the truth: modes say nothing about read-only mounts, ACLs or root.
    await Deno.writeTextFile(probe, "", { createNew: true, mode: 0o600 });
    await Deno.remove(probe);
    return undefined;
  } catch (error) {
    return reasonOf(error, path);
  }
}

function reasonOf(error: unknown, path: string): string {
  if (error instanceof Deno.errors.NotCapable) {
    return `Deno was started without permission for it (add --allow-read="${path}" ` +
      `--allow-write="${path}")`;
  }
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  if (error instanceof Deno.errors.NotADirectory || error instanceof Deno.errors.AlreadyExists) {
    return "it is not a directory";
  }
  // Deno adds the call and its path ("…: open '/x/.write-probe-…' EROFS"), which only confuses.
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/ \(os error \d+\).*$/, "");
}
