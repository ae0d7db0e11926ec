import { ownCommand } from "../../cli/own_command.ts";
import { LOCAL_PROFILE, profileArgs } from "../../config/profile.ts";
import type { Problem } from "../../config/problem.ts";
import { profileProblem } from "../../config/state_dir.ts";
import { shellQuote } from "../../lib/shell_quote.ts";

/** What chooses this identity, at the end of a command. What can be a profile's name needs no quotes. */
export function profileFlag(profile: string | undefined): string {
  return profileArgs(profile)
    .map((word) => ` ${word === profile && profileProblem(profile) ? shellQuote(word) : word}`)
    .join("");
}

/** The command that sets this identity up; the local platform only has to run. */
export function setUpCommand(profile: string | undefined): string {
  return ownCommand(profile === LOCAL_PROFILE ? "local" : `auth login${profileFlag(profile)}`);
}

/** What a problem is about, as it was typed: `--local` is short for a profile. */
export function typedAs(variable: string, profile: string | undefined): string {
  return variable === "--profile" && profile === LOCAL_PROFILE ? "--local" : variable;
}

/** What is wrong with a profile, where a step says what to do. */
export function faultOf({ variable, message, fault }: Problem): string {
  return variable === "--profile" ? fault ?? message : message;
}
