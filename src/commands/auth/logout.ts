import { join } from "@std/path";
import { EXIT } from "../../cli/exit_codes.ts";
import { readTrimmed } from "../../config/environment.ts";
import { findStateDir } from "../../config/find_state_dir.ts";
import { settingsFrom } from "../../config/settings.ts";
import { TOKEN_FILE_NAME } from "../../config/token_file.ts";
import { PrivateFileError, removePrivateFile } from "../../lib/files/private_file.ts";
import type { Command, CommandContext } from "../support/command.ts";
import { afterLogout } from "./running_servers.ts";
import { LOCAL_PROFILE } from "../../config/profile.ts";
import { type Arguments, UsageError } from "../support/usage.ts";
import { otherProfiles, profilesText } from "../support/other_profiles.ts";
import { faultOf } from "../support/profile_flag.ts";
import { lookAtDirectory } from "../support/look_at_directory.ts";

const NO_LOCAL = "the local platform takes its token away itself, when it stops";

/** `auth logout`: deletes the saved token, and says what that does not do. */
export const logout: Command = {
  usage: {
    flags: {},
    refused: { local: NO_LOCAL },
    notes: [
      "It deletes the saved token from this machine and nothing else: settings.json stays, and the " +
      "token stays valid on the platform until it is revoked there (canvas, Tokens tab).",
    ],
  },
  run,
};

async function run(_args: Arguments, { terminal, read, profile }: CommandContext): Promise<number> {
  if (profile === LOCAL_PROFILE) {
    throw new UsageError(NO_LOCAL);
  }
  const found = await findStateDir(read, { profile, onlyLook: lookAtDirectory });
  const { environment, state } = found;
  const wrong = environment.problems.find(({ variable }) => variable === "CONFIGS_DIR");
  if (wrong) {
    terminal.error(`CONFIGS_DIR: ${wrong.message}`);
    return EXIT.configuration;
  }
  if (!state || "problem" in state) {
    if (state && state.problem.variable === "--profile") {
      terminal.error(`${state.problem.variable}: ${faultOf(state.problem)}`);
      return EXIT.configuration;
    }
    terminal.print("Nothing to delete: no token was ever saved here.");
    return EXIT.ok;
  }
  const path = join(state.path, TOKEN_FILE_NAME);
  try {
    if (!await isThere(path)) {
      terminal.print(`Nothing to delete: there is no ${path}`);
      const others = await otherProfiles(found, await settingsFrom(found), profile);
      if (others.length > 0) terminal.note(profilesText(others));
    } else {
      await removePrivateFile(path);
      terminal.print(`Deleted ${path}`);
      terminal.note(
        "On the platform the token stays valid until it is revoked: canvas, Tokens tab.",
      );
    }
  } catch (error) {
    if (!(error instanceof PrivateFileError)) throw error;
    terminal.error(error.message);
    return EXIT.failed;
  }
  for (const line of await afterLogout(state.path, profile)) terminal.note(line);
  for (const name of ["MOLECULE_WORKSPACE_TOKEN", "MOLECULE_WORKSPACE_TOKEN_FILE"]) {
    if (readTrimmed(read, name) !== undefined) {
      terminal.note(
        `${name} is still set in this environment, and names a token: a server that is started ` +
          "with it goes on using that.",
      );
    }
  }
  return EXIT.ok;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw PrivateFileError.from("look at", path, error);
  }
}
