import { ownCommand } from "../../cli/own_command.ts";

/** A platform that runs, as it is told to a person or a script. */
export interface Told {
  readonly url: string;
  readonly workspaceId: string;
  readonly workspaceName: string;
  readonly colleagues: readonly string[];
  readonly connectionPath: string;
  /** Where it is kept; undefined: in memory. */
  readonly dataDir: string | undefined;
  readonly newLink: () => string;
}

/** What is said when it runs. Nothing in it is a secret but the link's key, which works once. */
export function introduction(told: Told): string[] {
  const { url, workspaceName, colleagues, dataDir } = told;
  return [
    `A Molecule platform runs on ${url}. Ctrl-C stops it.`,
    "",
    ...linkLines(told.newLink()),
    "",
    `You are ${workspaceName}; your colleagues are ${listed(colleagues)}.`,
    "To have your agent take that place, in another terminal:",
    "",
    `  ${ownCommand("install claude-code --local")}`,
    "",
    "Any other program finds WORKSPACE_ID, PLATFORM_URL and MOLECULE_WORKSPACE_TOKEN",
    "as workspace_id, platform_url and token in",
    "",
    `  ${told.connectionPath}`,
    "",
    dataDir === undefined
      ? "Everything is in memory, and gone when it stops (--data DIR keeps it)."
      : `Everything is kept in ${dataDir}.`,
    "Enter shows a fresh link.",
  ];
}

/** The page's address on a line of its own. */
export function linkLines(link: string): string[] {
  return ["Its page, for one browser and within ten minutes:", "", `  ${link}`];
}

/** `--json` (src/commands/README.md, "local"). */
export function connectionJson(told: Told): Record<string, unknown> {
  return {
    platform_url: told.url,
    page_url: told.newLink(),
    workspace_id: told.workspaceId,
    connection_file: told.connectionPath,
    data_dir: told.dataDir ?? null,
    pid: Deno.pid,
  };
}

function listed(names: readonly string[]): string {
  return names.length < 2
    ? names.join("")
    : `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;
}
