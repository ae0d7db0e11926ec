import { COMMANDS } from "../../cli/command_table.ts";
import { COMMON_FLAGS, type Flag, type Usage } from "./usage.ts";

/** The text of `COMMAND --help`, without a final newline. */
export function commandHelp(name: string, usage: Usage): string {
  const summary = COMMANDS.find((command) => command.name === name)?.summary ?? "";
  const flags = Object.entries({ ...usage.flags, ...COMMON_FLAGS });
  const width = Math.max(...flags.map(([flag, { value }]) => flagText(flag, value).length));
  return [
    `molecule-mcp ${name}: ${summary}`,
    "",
    `Usage: molecule-mcp ${name} [flags]${
      usage.operands === undefined ? "" : ` ${usage.operands}`
    }`,
    "",
    ...flags.map(([flag, { value, meaning, choices }]: [string, Flag]) =>
      `  ${flagText(flag, value).padEnd(width)}  ${meaning}${
        choices ? ` (${choices.join(", ")})` : ""
      }`
    ),
    ...(usage.notes ? ["", ...usage.notes] : []),
  ].join("\n");
}

function flagText(name: string, value?: string): string {
  return value === undefined ? `--${name}` : `--${name} ${value}`;
}
