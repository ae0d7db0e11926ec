import { COMMANDS } from "../../cli/command_table.ts";
import { rows } from "./rows.ts";
import { standsFor } from "./stands_for.ts";
import { type Flag, flagsTaken, type Usage } from "./usage.ts";
import { wrap } from "./wrap.ts";

/**
 * The text of `COMMAND --help`, without a final newline.
 *
 * @param width of the lines, in columns
 */
export function commandHelp(name: string, usage: Usage, width = 80): string {
  const summary = COMMANDS.find((command) => command.name === name)?.summary ?? "";
  const flags = Object.entries(flagsTaken(usage));
  const operands = usage.operands === undefined ? "" : ` ${usage.operands}`;
  return [
    `molecule-mcp ${name}: ${summary}`,
    "",
    `Usage: molecule-mcp ${name} [flags]${operands}`,
    ...standsFor(),
    "",
    ...rows(flags.map(([flag, each]) => [flagText(flag, each), meaningOf(each)]), width),
    ...(usage.notes ? ["", ...usage.notes] : []),
  ].map((text) => wrap(text, width)).join("\n");
}

function flagText(name: string, { value }: Flag): string {
  return value === undefined ? `--${name}` : `--${name} ${value}`;
}

function meaningOf({ meaning, choices }: Flag): string {
  return choices ? `${meaning} (${choices.join(", ")})` : meaning;
}
