import { EXIT } from "../cli/exit_codes.ts";
import { type EntryPlace, SCOPE_FLAG, scopeOf, withClientFile } from "./clients/client_file.ts";
import { EDITED, type EditedClient, isEdited } from "./clients/clients.ts";
import { ownLaunch, thisMachine } from "./clients/launch.ts";
import { launchText, MEANING, pointsTo, startsMolecule } from "./clients/points_to.ts";
import { entryName, namedClients } from "./clients/request.ts";
import { type ConfigFile, readConfigFile } from "./edit/config_file.ts";
import { diffOf } from "./edit/diff.ts";
import { backupPath, carryOut, type PlannedEdit, planRemove } from "./edit/entry_edit.ts";
import { entryAt } from "./edit/format.ts";
import type { Command, CommandContext } from "./support/command.ts";
import { type Arguments, UsageError } from "./support/usage.ts";

/** `uninstall CLIENT...`: takes this program's entry out of clients' files. */
export const uninstall: Command = {
  usage: {
    operands: "CLIENT...",
    operandChoices: EDITED.map(({ id }) => id),
    flags: {
      scope: SCOPE_FLAG,
      "dry-run": { type: "boolean", meaning: "show the change, write nothing" },
    },
    notes: [
      "Where nothing else has changed since install, the file is byte for byte what it was before.",
      "Settings and token stay: molecule-mcp auth logout removes the token.",
    ],
  },
  run,
};

async function run(args: Arguments, context: CommandContext): Promise<number> {
  const clients = namedClients(args.operands);
  if (clients.length === 0) {
    throw new UsageError("expected a client; molecule-mcp clients shows where entries are");
  }
  const printed = clients.find((client) => !isEdited(client));
  if (printed) {
    throw new UsageError(`this program does not edit ${printed.id}'s file: remove it there`);
  }
  const place: EntryPlace = {
    name: entryName(context.profile),
    scope: scopeOf(args, clients),
    machine: thisMachine(context.read),
  };
  let code: number = EXIT.ok;
  for (const client of clients.filter(isEdited)) {
    const isDone = await withClientFile(
      context.terminal,
      client,
      place,
      (path, within) => edit(context, place, client, { path, within }, args.isSet("dry-run")),
    );
    if (!isDone) code = EXIT.failed;
  }
  return code;
}

async function edit(
  context: CommandContext,
  { machine, name }: EntryPlace,
  client: EditedClient,
  { path, within }: Pick<ConfigFile, "path" | "within">,
  isDry: boolean,
): Promise<boolean> {
  const { terminal, profile } = context;
  const { format } = client;
  const placeOf = ({ text = "" }: ConfigFile) => client.entryPath(entryAt(format, text, []), name);
  const before = await readConfigFile(path, within);
  const present = entryAt(format, before.text ?? "", placeOf(before));
  if (present === undefined) {
    terminal.print(`${client.id}: no ${name} in ${path}; nothing was changed`);
    return true;
  }
  const launch = client.launchOf(present);
  const kind = await pointsTo(launch, ownLaunch(machine, profile), machine);
  if (kind === "python" || (kind !== "this" && !startsMolecule(launch))) {
    terminal.error(
      `${client.id}: ${name} in ${path} starts ${MEANING[kind]} (${launchText(launch)}): it is ` +
        "left as it is; remove it by hand",
    );
    return false;
  }
  const plan = async (file: ConfigFile): Promise<PlannedEdit | undefined> => {
    const place = placeOf(file);
    if (entryAt(format, file.text ?? "", place) === undefined) return undefined;
    return await planRemove(file, format, place);
  };
  if (isDry) {
    const edit = await plan(before);
    if (edit) terminal.print(diffOf(path, before.text ?? "", edit.splices, { restores: true }));
    terminal.note("Nothing was written (--dry-run).");
    return true;
  }
  const done = await carryOut(path, plan, within);
  if (!done || done.text === undefined) {
    terminal.print(`${client.id}: removed ${path}, which install had made`);
    return true;
  }
  const isRestored = done.backup === "remove";
  terminal.print(
    `${client.id}: removed ${name} from ${path}${
      isRestored ? ", which is as it was before install" : ""
    }`,
  );
  if (!isRestored) terminal.note(`Its text before that: ${backupPath(done.file.target)}`);
  const left = entryAt(format, done.text, placeOf({ ...done.file, text: done.text }));
  if (left !== undefined) {
    terminal.note(
      `The ${name} that install replaced is back: ${launchText(client.launchOf(left))}`,
    );
  }
  return true;
}
