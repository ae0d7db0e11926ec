import { ENVIRONMENT } from "../../src/config/environment.ts";
import { TOOLS } from "../../src/tools/tools.ts";

/** The README with its tables of tools and settings made anew. */
export function withGeneratedTables(readme: string): string {
  return [["tools", toolTable()], ["environment", environmentTable()]].reduce(
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

function firstSentence(text: string): string {
  return /^.*?[.](?=\s|$)/s.exec(text)?.[0] ?? text;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
