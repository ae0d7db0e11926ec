import { COMMANDS } from "../../src/cli/command_table.ts";
import { COMMAND_ENVIRONMENT, ENVIRONMENT } from "../../src/config/environment.ts";
import { TOOLS } from "../../src/tools/tools.ts";

/** Of a line of the README. */
const WIDTH = 140;

/** The README with its tables of commands, tools and settings made anew. */
export function withGeneratedTables(readme: string): string {
  return [
    ["commands", commandTable()],
    ["tools", toolTable()],
    ["environment", environmentTable()],
    ["command-environment", commandVariables()],
  ].reduce(
    (text, [name, table]) => {
      const [start, end] = [`<!-- generated: ${name} -->`, `<!-- /generated: ${name} -->`];
      const from = text.indexOf(start);
      const to = text.indexOf(end);
      if (from === -1 || to < from) {
        throw new Error(`README.md lacks the markers ${start} … ${end}`);
      }
      return `${text.slice(0, from + start.length)}\n\n${table}\n\n${text.slice(to)}`;
    },
    readme,
  );
}

function commandTable(): string {
  const rows = COMMANDS.map(({ name, summary }) => `| \`${name}\` | ${cell(summary)} |`);
  return ["| `molecule-mcp …` | |", "| --- | --- |", ...rows].join("\n");
}

function toolTable(): string {
  const rows = TOOLS.map(({ name, description }) =>
    `| \`${name}\` | ${cell(firstSentence(description))} |`
  );
  return ["| tool | what it does |", "| --- | --- |", ...rows].join("\n");
}

function environmentTable(): string {
  const rows = ENVIRONMENT.filter(({ group }) => group !== "host")
    .map(({ name, meaning, group }) =>
      `| \`${name}\` | ${group === "required" ? "**required** " : ""}${cell(meaning)} |`
    );
  return ["| variable | meaning |", "| --- | --- |", ...rows].join("\n");
}

/** In lines of at most WIDTH characters. */
function commandVariables(): string {
  const lines: string[] = [];
  for (const name of COMMAND_ENVIRONMENT) {
    const last = lines.at(-1);
    const longer = `${last}, \`${name}\``;
    if (last === undefined || longer.length >= WIDTH) lines.push(`\`${name}\``);
    else lines[lines.length - 1] = longer;
  }
  return lines.join(",\n");
}

function firstSentence(text: string): string {
  return /^.*?[.](?=\s|$)/s.exec(text)?.[0] ?? text;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
