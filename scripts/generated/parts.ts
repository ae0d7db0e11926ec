import { instructions } from "../../src/mcp/instructions.ts";
import { toolList } from "../../src/mcp/calls/tool_list.ts";
import { TOOLS } from "../../src/tools/tools.ts";
import { serverJson } from "../release/server_json.ts";
import { withGeneratedTables } from "./readme_tables.ts";

/** The command that writes every part anew. */
export const GENERATE = "deno task generate";

/**
 * The texts that an agent reads, kept as files so that every change shows in a review: look at the diff
 * before you commit it.
 */
export const SNAPSHOTS = "tests/mcp/__snapshots__/";

/** A file of the repository that is made from the source, as a whole or in parts. */
export interface GeneratedFile {
  /** From the repository's folder. */
  readonly path: string;
  /** Makes the text that it should have from the one that it has, which is "" when there is no file. */
  readonly make: (kept: string) => string;
}

export const GENERATED: readonly GeneratedFile[] = [
  { path: "README.md", make: withGeneratedTables },
  { path: "server.json", make: () => serverJson([]) },
  ...[0, 2].map((seconds) => ({
    path: `${SNAPSHOTS}instructions_${seconds}s.txt`,
    make: () => `${instructions(seconds).trimEnd()}\n`,
  })),
  {
    path: `${SNAPSHOTS}tools_list.json`,
    make: () => `${JSON.stringify(toolList(TOOLS), null, 2)}\n`,
  },
];

/**
 * What is wrong with a generated file.
 *
 * @param kept its text; undefined when there is none
 * @returns the first line that differs and what to do; undefined when it is fresh
 */
export function staleness({ path, make }: GeneratedFile, kept?: string): string | undefined {
  if (kept === undefined) return `${path} is missing. Run: ${GENERATE}`;
  // A checkout on Windows may have changed the line endings.
  const text = kept.replaceAll("\r\n", "\n");
  const made = make(text);
  return made === text
    ? undefined
    : `${path} is not what the source makes it${firstDifference(made, text)}\nRun: ${GENERATE}`;
}

function firstDifference(made: string, kept: string): string {
  const [now, before] = [made.split("\n"), kept.split("\n")];
  const at = Array.from({ length: Math.max(now.length, before.length) }, (_, index) => index)
    .find((index) => now[index] !== before[index]) ?? 0;
  const shown = (line: string | undefined) => line ?? "(end of text)";
  return ` from line ${at + 1} on:\n  kept: ${shown(before[at])}\n  made: ${shown(now[at])}`;
}
