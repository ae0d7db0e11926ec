import { ownCommand } from "../cli/own_command.ts";
import { EXIT } from "../cli/exit_codes.ts";
import { ALL, clientsToLeave } from "./clients/choose_clients.ts";
import {
  commandText,
  type EntryPlace,
  SCOPE_FLAG,
  scopeOf,
  withClientFile,
} from "./clients/client_file.ts";
import { EDITED, isEdited } from "./clients/clients.ts";
import { inspectClients } from "./clients/inspect.ts";
import { ownLaunch, thisMachine } from "./clients/launch.ts";
import { entryName } from "./clients/request.ts";
import { takeEntryOut } from "./clients/take_entry_out.ts";
import { sayWhatStays } from "./clients/what_stays.ts";
import type { Command, CommandContext } from "./support/command.ts";
import { type Arguments, UsageError } from "./support/usage.ts";

/** `uninstall CLIENT...`: takes this program's entry out of clients' files. */
export const uninstall: Command = {
  usage: {
    operands: "CLIENT...",
    operandChoices: [...EDITED.map(({ id }) => id), ALL],
    flags: {
      scope: SCOPE_FLAG,
      "dry-run": { type: "boolean", meaning: "show the change, write nothing" },
    },
    notes: [
      "Where nothing else has changed since install, the file is byte for byte what it was before.",
      `${ALL}: each client whose settings have the entry.`,
      "Settings and token stay: auth logout removes the token.",
      "Folders' .mcp.json are not searched: --scope project is for the folder you are in.",
    ],
  },
  run,
};

async function run(args: Arguments, context: CommandContext): Promise<number> {
  if (args.operands.length === 0) {
    const step = { lead: "Where entries are:", command: ownCommand("clients") };
    throw new UsageError("expected a client", step);
  }
  const { terminal, profile } = context;
  const machine = thisMachine(context.read);
  const own = ownLaunch(machine, profile);
  const name = entryName(profile);
  const clients = await clientsToLeave(
    args.operands,
    name,
    () => inspectClients(machine, own),
  );
  const printed = clients.find((client) => !isEdited(client));
  if (printed) {
    throw new UsageError(`this program does not edit ${printed.id}'s file: remove it there`);
  }
  const place: EntryPlace = { name, scope: scopeOf(args, clients), machine, profile };
  const isDry = args.isSet("dry-run");
  const shown: string[] = [];
  if (clients.length === 0) terminal.print(`no client has an entry ${name}; nothing was changed`);
  let code: number = EXIT.ok;
  for (const client of clients.filter(isEdited)) {
    const isDone = await withClientFile(
      terminal,
      client,
      place,
      (path, within) =>
        takeEntryOut({ ...place, terminal, own, isDry, shown }, client, path, within),
    );
    if (!isDone) code = EXIT.failed;
  }
  if (isDry) {
    terminal.note("Nothing was written (--dry-run).");
    if (shown.length > 0) terminal.step("Next:", commandText("uninstall", shown, place));
    return code;
  }
  await sayWhatStays(context, place, clients.filter(isEdited), own);
  return code;
}
