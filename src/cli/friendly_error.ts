import { LOCAL_PROFILE } from "../config/profile.ts";
import { ownCommand } from "./own_command.ts";
import { ENVIRONMENT } from "../config/environment.ts";
import type { Problem } from "../config/problem.ts";

/** The three required settings; their meaning is in ENVIRONMENT. */
const REQUIRED = ENVIRONMENT.filter(({ group }) => group === "required");

/**
 * What a person sees when the program is started without all of its settings: first the command that
 * asks for them, then what each setting is and which are missing, then what is wrong with the others.
 *
 * @param profile one of several identities, which the command is for
 */
export function friendlyError(problems: readonly Problem[], profile?: string): string {
  // A wrong flag is corrected on the command line: the environment has nothing to do with it.
  const { fault } = problems.find(({ variable }) => variable === "--profile") ?? {};
  // Nothing is to be set for the local platform: it only has to run.
  if (profile === LOCAL_PROFILE && fault !== undefined) {
    return `molecule-mcp: ${fault}.\nStart one in another terminal: ${ownCommand("local")}`;
  }
  const option = profile === undefined ? "" : ` --profile ${profile}`;
  const login = `Run this in a terminal: ${ownCommand(`auth login${option}`)}`;
  if (fault !== undefined) return `molecule-mcp: ${fault}\n${login}`;
  const missing = problems.filter(({ kind }) => kind === "missing");
  const wrong = problems.filter(({ kind }) => kind === "invalid");
  const lines: string[] = [];
  if (missing.length > 0) {
    lines.push(
      "molecule-mcp: missing required environment",
      login,
      "It asks for what is missing, checks it, and saves it for every MCP client of",
      "yours: the token in .auth_token, the rest in settings.json, both in",
      "~/.molecule-workspace (or in CONFIGS_DIR).",
      "Or set these in the env section of your MCP client's configuration:",
    );
    const width = Math.max(...REQUIRED.map(({ name }) => name.length));
    for (const { name, meaning } of REQUIRED) {
      lines.push(`  ${name.padEnd(width)}  ${meaning}`);
    }
    lines.push(`  ${"".padEnd(width)}  (or MOLECULE_WORKSPACE_TOKEN_FILE: a file that holds it)`);
    lines.push("", `Currently missing: ${missing.map(({ variable }) => variable).join(", ")}`);
  }
  if (wrong.length > 0) {
    lines.push(missing.length > 0 ? "Also wrong:" : "molecule-mcp: invalid environment");
    for (const { variable, message } of wrong) {
      const named = message.startsWith(`${variable}[`) ? message : `${variable}: ${message}`;
      lines.push(`  - ${named}`);
    }
    lines.push(
      "",
      "Correct it where it was set (the env section of your MCP client's configuration,",
      "settings.json), then start again.",
    );
  }
  lines.push(
    `To check all of it: ${ownCommand("doctor")}`,
    `Every setting: ${ownCommand("help environment")}`,
  );
  return lines.join("\n");
}
