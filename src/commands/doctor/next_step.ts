import { ownCommand } from "../../cli/own_command.ts";
import { profileFlag, setUpCommand } from "../support/profile_flag.ts";
import { shellQuote } from "../../lib/shell_quote.ts";
import type { Target } from "../probe/target.ts";
import type { Setup } from "./setup.ts";

/** Whether commands are to be pasted into PowerShell. */
const IS_WINDOWS = Deno.build.os === "windows";

/** The command that sets up this identity, and replaces what is set up. */
export function logIn({ profile }: Pick<Setup, "profile">): string {
  return setUpCommand(profile);
}

/** The command that sets a variable, in the shell that people use here. */
export function setVariable(name: string, value: string): string {
  const quoted = shellQuote(value);
  return IS_WINDOWS ? `$env:${name} = ${quoted}` : `export ${name}=${quoted}`;
}

/**
 * The command that takes variables away: fish has no `unset`, and every shell can make them blank, which
 * counts as unset here, and to Deno for a proxy.
 */
export function unsetVariables(...names: readonly string[]): string {
  return IS_WINDOWS
    ? `Remove-Item ${names.map((name) => `Env:${name}`).join(",")}`
    : `export ${names.map((name) => `${name}=`).join(" ")}`;
}

/**
 * The command that gives the platform another address, where it has it from. Where that is not known
 * (`<what it is>`), login asks for it.
 */
export function setPlatformUrl({ isUrlSaved, profile }: Target, url: string): string {
  const isKnown = !url.startsWith("<");
  if (isUrlSaved) {
    const flag = isKnown ? ` --platform-url ${shellQuote(url)}` : "";
    return ownCommand(`auth login${flag}${profileFlag(profile)}`);
  }
  return isKnown ? setVariable("PLATFORM_URL", url) : `Set PLATFORM_URL to ${url.slice(1, -1)}`;
}

/** The command that chooses another state directory. */
export function moveState(isHome: boolean): string {
  const name = isHome ? ".molecule-state" : ".molecule-workspace";
  // The shell is to fill in the home directory: nothing else stands between these quotes.
  return IS_WINDOWS ? `$env:CONFIGS_DIR = "$HOME\\${name}"` : `export CONFIGS_DIR="$HOME/${name}"`;
}

/** The command that shows who may access a file. */
export function showAccess(path: string): string {
  const quoted = shellQuote(path);
  return IS_WINDOWS ? `icacls ${quoted}` : `ls -ld ${quoted}`;
}

/**
 * The command that leaves a file or directory to its owner, where there are modes.
 *
 * @param mode in octal digits
 */
export function setMode(mode: "600" | "700", path: string): string {
  return `chmod ${mode} ${shellQuote(path)}`;
}

/** The command that lets a directory's programs be found. */
export function addToPath(directory: string): string {
  return IS_WINDOWS
    ? `$env:Path += ${shellQuote(`;${directory}`)}`
    : `export PATH=${shellQuote(directory)}:"$PATH"`;
}
