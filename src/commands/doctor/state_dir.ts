import { ownCommand } from "../../cli/own_command.ts";
import { formatMode, isExposed, permissionsOf } from "../../lib/files/file_mode.ts";
import { isProbe } from "../../lib/files/probe_file.ts";
import { isAbsent, type ProbeResult, tryDirectory } from "./try_directory.ts";
import { homeDirectory } from "../../config/paths.ts";
import { guardStateDir, noticeParents } from "../../config/state_dir_guard.ts";
import { reasonOf, systemCode } from "../../lib/system_error.ts";
import { type Finding, findingsOf } from "./finding.ts";
import { shellQuote } from "../../lib/shell_quote.ts";
import { moveState, setMode, showAccess } from "./next_step.ts";
import { profileFlag } from "../support/profile_flag.ts";
import type { Setup, StatePlace } from "./setup.ts";

const { ok, skip, warn, fail } = findingsOf("state");
const TEMP = /\.[0-9a-f]{32}\.tmp$/;
const STALE_AFTER_MS = 60 * 60 * 1000;
const TIERS: Readonly<Record<StatePlace["tier"], string>> = {
  CONFIGS_DIR: "set by CONFIGS_DIR",
  container: "the container's",
  home: "below the home directory",
};

/** What of the file system a test may replace. */
export interface StateDirOptions {
  /** Makes and removes one file in the directory. */
  readonly tryOut?: (path: string) => Promise<ProbeResult>;
  readonly isWindows?: boolean;
  readonly nowMs?: number;
}

/** The state directory: where it is, whether it can be used, who else could. */
export async function checkStateDir(
  setup: Setup,
  options: StateDirOptions = {},
): Promise<Finding[]> {
  const problem = setup.problems.find(({ variable }) => variable === "CONFIGS_DIR");
  if (!setup.state) {
    if (setup.profile !== undefined && !problem) return [skip("unknown", "the profile has none")];
    if (!problem) return [skip("unknown", "no state directory: HOME is not set")];
    return [fail("path", `CONFIGS_DIR: ${problem.message}`, moveState(false))];
  }
  const { path, tier } = setup.state;
  const elsewhere = moveState(tier === "home");
  const named = `${path} (${TIERS[tier]})`;
  let directory: Deno.FileInfo;
  try {
    directory = await Deno.stat(path);
  } catch (error) {
    if (isAbsent(error)) {
      return [skip("absent", `${named} is not there yet: the first start or login makes it`)];
    }
    return [unusable(named, setup.state, error)];
  }
  if (!directory.isDirectory) {
    return [fail("not_directory", `${named} is not a directory`, elsewhere)];
  }
  const tried = await (options.tryOut ?? tryDirectory)(path);
  if ("error" in tried) return [unusable(named, setup.state, tried.error)];
  const isWindows = options.isWindows ?? Deno.build.os === "windows";
  return [
    ...access(named, setup.state, directory, tried, isWindows, homeDirectory(setup.read)),
    ...limits(setup.state, tried),
    ...await leftOver(path, options.nowMs ?? Date.now(), setup.profile),
  ];
}

function unusable(named: string, { path, tier }: StatePlace, error: unknown): Finding {
  if (error instanceof Deno.errors.NotCapable) {
    return fail(
      "permission",
      `Deno was started without permission for ${named}`,
      `Start it with --allow-read=${shellQuote(path)} --allow-write=${shellQuote(path)}`,
    );
  }
  const code = systemCode(error);
  const cause = code === "EROFS"
    ? "read_only"
    : code === "ENOSPC" || code === "EDQUOT"
    ? "disk_full"
    : "not_writable";
  const isRefused = error instanceof Deno.errors.PermissionDenied && code !== "EROFS";
  return fail(
    cause,
    `${named} cannot be written to: ${
      isRefused ? "permission denied" : reasonOf(error).split(". ")[0]
    }`,
    isRefused ? showAccess(path) : moveState(tier === "home"),
  );
}

/** Who else may read or replace what lies in it. */
function access(
  named: string,
  { path, tier }: StatePlace,
  directory: Deno.FileInfo,
  { made }: Extract<ProbeResult, { made: Deno.FileInfo }>,
  isWindows: boolean,
  home: string | undefined,
): Finding[] {
  if (isWindows || made.uid === null) {
    const [outside] = Deno.build.os === "windows"
      ? guardStateDir(path, made, false, { home }).notices
      : [];
    if (outside !== undefined) {
      return [warn("outside", outside.replace(/\. Set CONFIGS_DIR.*$/, ""), moveState(false))];
    }
    const kept = "writable; Windows keeps no modes: below your user's own directory only you and " +
      "administrators can read it";
    return [ok("writable", `${named} is ${kept}`)];
  }
  const elsewhere = moveState(tier === "home");
  const mode = (directory.mode ?? 0) & 0o7777;
  const shown = `mode ${formatMode(mode)}, owner uid ${directory.uid}`;
  const isForeign = directory.uid !== null && directory.uid !== made.uid;
  if (tier === "container") {
    return isForeign || (mode & 0o022) !== 0
      ? [warn("shared", `${named} is writable and shared (${shown}): others can replace the token`)]
      : [ok("writable", `${named} is writable (${shown})`)];
  }
  if (isForeign) {
    const text = `${named} belongs to another user (${shown}; this program runs as uid ` +
      `${made.uid}), who could read and replace the token`;
    return [fail("foreign", text, elsewhere)];
  }
  const madeMode = permissionsOf(made);
  if (isExposed(madeMode)) {
    const text = `the file system of ${named} keeps no modes (a private file shows as ` +
      `${formatMode(madeMode)}): no token is saved there`;
    return [fail("no_modes", text, elsewhere)];
  }
  const parents = noticeParents(path, made.uid).map((line) =>
    warn("parents", line.replace(/\. Set CONFIGS_DIR.*$/, ""), elsewhere)
  );
  return isExposed(mode)
    ? [
      warn("open", `${named} is open to other users (${shown})`, setMode("700", path)),
      ...parents,
    ]
    : [ok("writable", `${named} is writable and private (${shown})`), ...parents];
}

function limits(
  { path, tier }: StatePlace,
  { hasSync, hasLocks }: Extract<ProbeResult, { made: Deno.FileInfo }>,
): Finding[] {
  const findings: Finding[] = [];
  const elsewhere = moveState(tier === "home");
  if (!hasLocks) {
    findings.push(warn(
      "no_locks",
      `the file system of ${path} has no locks (flock): several servers of one workspace would each ` +
        "deliver its messages",
      elsewhere,
    ));
  }
  if (!hasSync) {
    findings.push(warn(
      "no_sync",
      `the file system of ${path} cannot make sure that what is written survives a power cut (fsync)`,
      elsewhere,
    ));
  }
  return findings;
}

/** What killed programs left. Young ones may belong to a program that writes just now. */
async function leftOver(
  path: string,
  nowMs: number,
  profile: string | undefined,
): Promise<Finding[]> {
  let count = 0;
  try {
    for await (const { name, isFile } of Deno.readDir(path)) {
      if (!isFile || !(TEMP.test(name) || isProbe(name))) continue;
      const { mtime } = await Deno.lstat(`${path}/${name}`);
      if (mtime && nowMs - mtime.getTime() > STALE_AFTER_MS) count++;
    }
  } catch (error) {
    const text = `${path} cannot be listed (${reasonOf(error)})`;
    return [warn("unlisted", text, showAccess(path))];
  }
  if (count === 0) return [];
  const files = count === 1 ? "a temporary file" : `${count} temporary files`;
  return [warn(
    "left_over",
    `${path} holds ${files} of a program that was killed; the next start of a server tidies up`,
    ownCommand(`serve${profileFlag(profile)} </dev/null`),
  )];
}
