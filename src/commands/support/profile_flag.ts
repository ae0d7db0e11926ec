import { profileArgs } from "../../config/profile.ts";
import { profileProblem } from "../../config/state_dir.ts";
import { shellQuote } from "../../lib/shell_quote.ts";

/** What chooses this identity, at the end of a command. What can be a profile's name needs no quotes. */
export function profileFlag(profile: string | undefined): string {
  return profileArgs(profile)
    .map((word) => ` ${word === profile && profileProblem(profile) ? shellQuote(word) : word}`)
    .join("");
}
