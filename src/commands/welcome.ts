import { ownCommand } from "../cli/own_command.ts";
import { EXIT } from "../cli/exit_codes.ts";
import type { ReadVariable } from "../config/environment.ts";
import { findStateDir } from "../config/find_state_dir.ts";
import { LOCAL_PROFILE } from "../config/profile.ts";
import { settingsFrom } from "../config/settings.ts";
import { VERSION } from "../version.ts";
import { isBegun, otherProfiles, profilesText } from "./support/other_profiles.ts";
import { faultOf, profileFlag } from "./support/profile_flag.ts";
import { tokensOf } from "./support/tokens_of.ts";
import { wrap } from "./support/wrap.ts";
import type { Terminal } from "./support/terminal.ts";
import { lookAtDirectory } from "./support/look_at_directory.ts";

/** What people call a required setting. */
const WORDS: Readonly<Record<string, string>> = {
  WORKSPACE_ID: "workspace id",
  PLATFORM_URL: "platform URL",
  MOLECULE_WORKSPACE_TOKEN: "token",
};
const INDENT = "  ";

/**
 * A bare run on a terminal: what this is, what is set up, what to do next. It touches nothing, and it
 * serves nobody: the client would lose its messages to it.
 *
 * @returns the exit code
 */
export async function welcome(
  { terminal, read, profile }: {
    readonly terminal: Terminal;
    readonly read: ReadVariable;
    readonly profile?: string | undefined;
  },
): Promise<number> {
  const command = (words: string) => ownCommand(words + profileFlag(profile));
  const { bold } = terminal.errorColors;
  const indented = (text: string) => {
    const room = terminal.width === undefined ? undefined : terminal.width - INDENT.length;
    for (const line of wrap(text, room).split("\n")) terminal.note(INDENT + line);
  };
  terminal.note(`molecule-mcp ${VERSION} makes an agent a workspace of a Molecule platform.`);
  terminal.note("An MCP client such as Claude Code starts it; by hand there is nothing to see.");
  terminal.note("");
  const found = await findStateDir(read, { profile, onlyLook: lookAtDirectory });
  const result = await settingsFrom(found);
  if ("problems" in result) {
    const wrong = result.problems.filter(({ kind }) => kind === "invalid");
    const begun = isBegun(found, result);
    if (wrong.length > 0) terminal.note("It is not set up:");
    else terminal.note(begun ? "It is not set up completely:" : "It is not set up yet.");
    for (const problem of wrong) {
      // What to do about it is said below.
      const fault = faultOf(problem);
      indented(problem.variable === "--profile" ? fault : `${problem.variable}: ${fault}`);
    }
    if (wrong.length === 0 && begun) {
      const names = result.problems.map(({ variable }) => WORDS[variable] ?? variable);
      indented(`missing: ${names.join(", ")}`);
    }
    const others = await otherProfiles(found, result, profile);
    if (others.length > 0) terminal.note(profilesText(others));
    terminal.note("");
    terminal.note("Next:");
    terminal.note(bold(`  ${nextStep(others, profile)}`));
  } else {
    for (const workspace of result.settings.workspaces) {
      const { candidates } = await tokensOf(workspace, result.settings);
      terminal.note(`  workspace  ${workspace.id}`);
      terminal.note(`  platform   ${workspace.platformUrl.base}`);
      terminal.note(`  token      ${candidates[0]?.label ?? "none that can be used"}`);
    }
    terminal.note("");
    terminal.note("Next, or with another client:");
    terminal.note(bold(`  ${command("install claude-code")}`));
    terminal.step("The clients:", ownCommand("clients"));
    terminal.step("Is something wrong?", command("doctor"));
  }
  terminal.step("Everything else:", ownCommand("--help"));
  return EXIT.configuration;
}

/** What to paste next: with one profile, nobody has to log in again. */
function nextStep([only, ...more]: readonly string[], profile: string | undefined): string {
  if (profile === LOCAL_PROFILE) return ownCommand("local");
  return only !== undefined && more.length === 0
    ? ownCommand(`install claude-code${profileFlag(only)}`)
    : ownCommand(`auth login${profileFlag(profile)}`);
}
