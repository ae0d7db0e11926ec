import { COMMANDS } from "../cli/command_table.ts";
import { ownCommand } from "../cli/own_command.ts";
import { ENVIRONMENT, type EnvironmentVariable } from "../config/environment.ts";
import { VERSION } from "../version.ts";
import { rows } from "./support/rows.ts";
import { standsFor } from "./support/stands_for.ts";
import { wrap } from "./support/wrap.ts";

/** Those without which nothing works, and where the rest is kept. */
const FIRST = ["WORKSPACE_ID", "PLATFORM_URL", "MOLECULE_WORKSPACE_TOKEN", "CONFIGS_DIR"];

const USAGE = [
  ["molecule-mcp", "serve MCP on stdin and stdout, for an MCP client"],
  ["molecule-mcp COMMAND", "one of those below; COMMAND --help says more"],
  ["molecule-mcp --version", "show the version"],
] as const;

const EXIT_CODES = [
  ["0", "end of input, or done"],
  ["1", "a command failed"],
  ["2", "the command line is wrong, or settings are missing or wrong"],
  [
    "3",
    "the platform refused every workspace and never accepted one, until the end of input, or " +
    "refused the token that a command used",
  ],
  ["4", "upgrade --check: there is a newer release"],
  ["130", "interrupted by Ctrl-C"],
] as const;

const GROUPS: readonly (readonly [string, EnvironmentVariable["group"]])[] = [
  ["Required", "required"],
  ["Workspace", "workspace"],
  ["Behaviour", "behaviour"],
  ["Delegation", "delegation"],
];

/**
 * The text of `--help`, without a final newline.
 *
 * @param width of the lines, in columns
 */
export function helpText(width = 80): string {
  return [
    `molecule-mcp ${VERSION}: connects an agent that speaks MCP to a Molecule platform.`,
    "",
    "Usage:",
    ...rows(USAGE, width),
    ...standsFor(),
    "",
    "Begin with:",
    `  ${ownCommand("auth login")}`,
    "It asks for workspace, platform and token, checks them and saves them in ~/.molecule-workspace " +
    "(or CONFIGS_DIR): the token in .auth_token, the rest in settings.json. Then this adds this " +
    "program to an MCP client:",
    `  ${ownCommand("install CLIENT")}`,
    "",
    "Commands:",
    ...rows(COMMANDS.map(({ name, summary }) => [name, summary]), width),
    "",
    "--profile NAME, with any of them, is for several identities on one machine.",
    "",
    "Environment variables that come before what was saved:",
    ...variables(({ name }) => FIRST.includes(name), width),
    "All of them:",
    `  ${ownCommand("help environment")}`,
    "",
    "Exit codes:",
    ...rows(EXIT_CODES, width),
  ].map((text) => wrap(text, width)).join("\n");
}

/**
 * The text of `help environment`, without a final newline.
 *
 * @param width undefined: one line a variable, however long
 */
export function environmentText(width?: number): string {
  return [
    "Settings as environment variables. Blank counts as unset: then settings.json in the state " +
    "directory counts, and for the token .auth_token there.",
    ...GROUPS.flatMap(([title, group]) => [
      "",
      `${title}:`,
      ...variables((variable) => variable.group === group, width),
    ]),
  ].map((text) => wrap(text, width ?? 80)).join("\n");
}

function variables(
  isMeant: (variable: EnvironmentVariable) => boolean,
  width: number | undefined,
): readonly string[] {
  const meant = ENVIRONMENT.filter(isMeant);
  return rows(meant.map(({ name, meaning }) => [name, meaning]), width);
}
