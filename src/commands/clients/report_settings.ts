import { LOCAL_PROFILE } from "../../config/profile.ts";
import { ownCommand } from "../../cli/own_command.ts";
import { findStateDir, type FoundStateDir } from "../../config/find_state_dir.ts";
import { readTrimmed, type ReadVariable } from "../../config/environment.ts";
import { settingsFrom } from "../../config/settings.ts";
import { isFromFile } from "../../config/settings_file.ts";
import { checkToken } from "../probe/check_token.ts";
import type { CommandContext } from "../support/command.ts";
import { profileFlag, setUpCommand } from "../support/profile_flag.ts";
import { lookAtDirectory } from "../support/look_at_directory.ts";

const SETTINGS = ["WORKSPACE_ID", "PLATFORM_URL", "MOLECULE_WORKSPACES"];
const OF_THIS_SHELL = [...SETTINGS, "MOLECULE_WORKSPACE_TOKEN", "CONFIGS_DIR"];

/**
 * Says whether the server that a client starts will find its settings and its token: the entry holds
 * neither, and a client passes little of this shell's environment on.
 *
 * @returns what to do about it, in this order
 */
export async function reportSettings(context: CommandContext): Promise<readonly string[]> {
  const { terminal, read, profile } = context;
  const login = setUpCommand(profile);
  const found = await findStateDir(read, { profile, onlyLook: lookAtDirectory });
  const result = await settingsFrom(found);
  if ("problems" in result) {
    // Without any directory yet there is nothing wrong with it: the first server makes it.
    const names = result.problems.map(({ variable }) => variable)
      .filter((name) => name !== "CONFIGS_DIR" || readTrimmed(read, name) !== undefined);
    if (names.length > 0) {
      if (profile === LOCAL_PROFILE) {
        terminal.note("Settings: no local platform runs.");
        return [login];
      }
      const what = names.includes("--profile")
        ? `there is no profile ${profile} yet`
        : `not complete yet (${[...new Set(names)].join(", ")})`;
      terminal.note(`Settings: ${what}.`);
      return [login];
    }
  } else {
    const { workspaces: [{ id, platformUrl }] } = result.settings;
    terminal.note(`Settings: complete, for workspace ${id} on ${platformUrl.base}.`);
  }
  // The local platform needs nothing that this shell may have.
  const names = profile === LOCAL_PROFILE ? [] : onlyHere(read, found);
  if (names.length > 0) {
    terminal.note(
      `${names.join(", ")} ${names.length === 1 ? "is" : "are"} set in this shell, which a ` +
        "client's server does not see; auth login puts the settings where it finds them.",
    );
  }
  const move = names.length === 0 ? [] : [login];
  // Whether the token is taken is the last thing said: it decides what comes next.
  if ("settings" in result) {
    const again = ownCommand(`auth status${profileFlag(profile)}`);
    const { lines, next } = await checkToken(result.settings, { ...context, logIn: login, again });
    for (const line of lines) terminal.note(line);
    if (next === login && move.length === 0) return [login];
    if (next !== undefined && next !== login) return [next, ...move];
  }
  return move;
}

/** The settings that the environment gives. */
function onlyHere(read: ReadVariable, { file }: FoundStateDir): readonly string[] {
  return OF_THIS_SHELL.filter((name) =>
    readTrimmed(read, name) !== undefined && !(file && isFromFile(name, read, file))
  );
}
