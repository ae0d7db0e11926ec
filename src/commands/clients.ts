import { ownCommand } from "../cli/own_command.ts";
import { EXIT } from "../cli/exit_codes.ts";
import { CLIENTS, isEdited } from "./clients/clients.ts";
import { type FoundClient, type FoundEntry, inspectClients } from "./clients/inspect.ts";
import { ownLaunch, thisMachine } from "./clients/launch.ts";
import { targetText } from "./clients/points_to.ts";
import type { Command, CommandContext } from "./support/command.ts";
import type { Mark, Terminal } from "./support/terminal.ts";
import type { Arguments } from "./support/usage.ts";

/** Below the mark. */
const HANGING = "       ";

/** `clients`: where each MCP client keeps its servers, and whether this program is among them. */
export const clients: Command = {
  usage: {
    flags: { json: { type: "boolean", meaning: "as JSON (src/commands/README.md)" } },
    notes: ["Nothing is changed and no client is started."],
  },
  run,
};

async function run(args: Arguments, { terminal, read, profile }: CommandContext): Promise<number> {
  const machine = thisMachine(read);
  const found = await inspectClients(machine, ownLaunch(machine, profile));
  if (args.isSet("json")) {
    terminal.json({ clients: found.map(asJson) });
    return EXIT.ok;
  }
  for (const client of found) {
    for (const line of linesOf(client, terminal)) {
      terminal.print(line, HANGING);
    }
  }
  const others = CLIENTS.filter((client) => !isEdited(client)).map(({ id }) => id);
  terminal.note(`Only printed (install CLIENT --print): ${others.join(", ")}`);
  const next = found.find(({ installed, entries, problems }) =>
    installed && entries.length + problems.length === 0
  );
  if (next) terminal.step("Next:", ownCommand(`install ${next.client.id}`));
  return EXIT.ok;
}

function linesOf(
  { client, installed, files, fresh, entries, problems, backupsWithToken }: FoundClient,
  terminal: Terminal,
): readonly string[] {
  const line = (mark: Mark, text: string) => `${terminal.mark(mark)} ${client.id}: ${text}`;
  const lines = [
    ...problems.map((problem) => line("fail", problem)),
    ...entries.map((entry) => line(isFine(entry) ? "ok" : "warn", entryText(entry))),
    ...backupsWithToken.map((path) =>
      line("warn", `the token stands in ${path}: delete it once the client works`)
    ),
  ];
  if (lines.length > 0) return lines;
  const file = files[0] ?? fresh;
  if (!installed) return [line("skip", "not found here")];
  const place = file === undefined
    ? "its file cannot be told: HOME is not set"
    : `no entry in ${file}${files.length === 0 ? ", which is not there yet" : ""}`;
  return [line("skip", place)];
}

function isFine({ pointsTo, trouble, tokenInClear }: FoundEntry): boolean {
  return (pointsTo === "this" || pointsTo === "copy") && trouble === undefined && !tokenInClear;
}

function entryText(entry: FoundEntry): string {
  const { name, scope, folder, file, pointsTo, command, tokenInClear } = entry;
  const where = folder === undefined ? scope : `only in ${folder}`;
  const what = targetText(entry) + (pointsTo === "this" ? "" : `: ${command}`);
  const token = tokenInClear ? "; the token stands in it in clear text" : "";
  return `${name} (${where}) in ${file} starts ${what}${token}`;
}

function asJson(
  { client, installed, files, fresh, entries, problems, backupsWithToken }: FoundClient,
) {
  return {
    id: client.id,
    name: client.name,
    installed,
    config_file: files[0] ?? fresh ?? null,
    config_exists: files.length > 0,
    entries: entries.map((entry) => ({
      name: entry.name,
      scope: entry.scope,
      file: entry.file,
      ...(entry.folder !== undefined && { folder: entry.folder }),
      points_to: entry.pointsTo,
      command: entry.command,
      variables: entry.variables,
      token_in_clear: entry.tokenInClear,
      detail: entry.detail ?? null,
      trouble: entry.trouble ?? null,
    })),
    problems,
    backups_with_token: backupsWithToken,
  };
}
