import type { Setup, Target } from "./setup.ts";

/** Whether commands are to be pasted into PowerShell. */
const IS_WINDOWS = Deno.build.os === "windows";
const LOG_IN = "molecule-mcp auth login";

/** The command that sets up this identity, and replaces what is set up. */
export function logIn({ profile }: Pick<Setup, "profile">): string {
  return profile === undefined ? LOG_IN : `${LOG_IN} --profile ${profile}`;
}

/** The command that sets a variable, in the shell that people use here. */
export function setVariable(name: string, value: string): string {
  return IS_WINDOWS ? `$env:${name} = "${value}"` : `export ${name}="${value}"`;
}

/** The command that takes variables away. */
export function unsetVariables(...names: readonly string[]): string {
  return IS_WINDOWS
    ? `Remove-Item ${names.map((name) => `Env:${name}`).join(",")}`
    : `unset ${names.join(" ")}`;
}

/** The command that gives the platform another address, where it has it from. */
export function setPlatformUrl({ isUrlSaved }: Target, url: string): string {
  return isUrlSaved ? `${LOG_IN} --platform-url ${url}` : setVariable("PLATFORM_URL", url);
}

/** The command that chooses another state directory. */
export function moveState(isHome: boolean): string {
  const [slash, name] = [
    IS_WINDOWS ? "\\" : "/",
    isHome ? ".molecule-state" : ".molecule-workspace",
  ];
  return setVariable("CONFIGS_DIR", `$HOME${slash}${name}`);
}

/** The command that shows who may access a file. */
export function showAccess(path: string): string {
  return IS_WINDOWS ? `icacls "${path}"` : `ls -ld "${path}"`;
}
