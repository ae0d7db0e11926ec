import { EXIT } from "../cli/exit_codes.ts";
import { chooseFile } from "./clients/choose_file.ts";
import type { Machine, Scope } from "./clients/client.ts";
import { EDITED, type EditedClient, isEdited } from "./clients/clients.ts";
import { ownLaunch, thisMachine } from "./clients/launch.ts";
import { launchText, MEANING, pointsTo, startsMolecule } from "./clients/points_to.ts";
import { entryName, namedClients } from "./clients/request.ts";
import { type ConfigFile, readConfigFile } from "./edit/config_file.ts";
import { ConfigFileError } from "./edit/config_file_error.ts";
import { diffOf } from "./edit/diff.ts";
import { backupPath, carryOut, type PlannedEdit, planRemove } from "./edit/entry_edit.ts";
import { EditError, entryAt } from "./edit/format.ts";
import type { Command, CommandContext } from "./support/command.ts";
import { type Arguments, UsageError } from "./support/usage.ts";

/** `uninstall CLIENT...`: takes this program's entry out of clients' files. */
export const uninstall: Command = {
  usage: {
    operands: "CLIENT...",
    operandChoices: EDITED.map(({ id }) => id),
    flags: {
      scope: {
        type: "string",
        value: "SCOPE",
        choices: ["user", "project"],
        meaning: "for you everywhere, or (claude-code) for this folder's .mcp.json",
      },
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
  const name = entryName(context.profile);
  const scope: Scope = args.text("scope") === "project" ? "project" : "user";
  let code: number = EXIT.ok;
  for (const client of clients) {
    if (!isEdited(client)) {
      throw new UsageError(`this program does not edit ${client.id}'s file: remove it there`);
    }
    if (scope === "project" && client.id !== "claude-code") {
      throw new UsageError(`--scope project is for claude-code, not ${client.id}`);
    }
    if (!await removeFrom(context, client, scope, name, args.isSet("dry-run"))) code = EXIT.failed;
  }
  return code;
}

async function removeFrom(
  context: CommandContext,
  client: EditedClient,
  scope: Scope,
  name: string,
  isDry: boolean,
): Promise<boolean> {
  const { terminal } = context;
  const machine = thisMachine(context.read);
  let path;
  try {
    path = await chooseFile(client, scope, machine, name);
    if (path === undefined) {
      terminal.error(`${client.id}: cannot tell where its settings are: HOME is not set`);
      return false;
    }
    const within = scope === "project" ? machine.cwd : undefined;
    return await edit(context, machine, client, { path, within }, name, isDry);
  } catch (error) {
    if (error instanceof EditError) {
      terminal.error(`${client.id}: ${path} stays as it is: ${error.message}`);
    } else if (error instanceof ConfigFileError) terminal.error(`${client.id}: ${error.message}`);
    else throw error;
    return false;
  }
}

async function edit(
  context: CommandContext,
  machine: Machine,
  client: EditedClient,
  { path, within }: Pick<ConfigFile, "path" | "within">,
  name: string,
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
