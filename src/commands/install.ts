import { EXIT } from "../cli/exit_codes.ts";
import { type EntryPlace, SCOPE_FLAG, scopeOf, withClientFile } from "./clients/client_file.ts";
import type { Client, Launch, Machine } from "./clients/client.ts";
import { CLIENTS, type EditedClient, isEdited } from "./clients/clients.ts";
import { placeText } from "./clients/find_places.ts";
import { inspectClient, inspectClients } from "./clients/inspect.ts";
import { ownLaunch, thisMachine } from "./clients/launch.ts";
import { launchText, MEANING, pointsTo, startsMolecule } from "./clients/points_to.ts";
import { snippetOf } from "./clients/print_only.ts";
import { reportSettings } from "./clients/report_settings.ts";
import { entryName, namedClients } from "./clients/request.ts";
import { type ConfigFile, readConfigFile } from "./edit/config_file.ts";
import { ConfigFileError } from "./edit/config_file_error.ts";
import { diffOf } from "./edit/diff.ts";
import { backupPath, carryOut, type PlannedEdit, planPut } from "./edit/entry_edit.ts";
import { entryAt, refuseDeep, valueAt } from "./edit/format.ts";
import type { Command, CommandContext } from "./support/command.ts";
import { PromptCancelled, Prompts } from "./support/prompt.ts";
import type { Arguments } from "./support/usage.ts";

/** `install CLIENT...`: writes the entry that starts this program into clients' files. */
export const install: Command = {
  usage: {
    operands: "CLIENT...",
    operandChoices: CLIENTS.map(({ id }) => id),
    flags: {
      scope: SCOPE_FLAG,
      "dry-run": { type: "boolean", meaning: "show the change, write nothing" },
      replace: { type: "boolean", meaning: "replace an entry of the same name without asking" },
      print: { type: "boolean", meaning: "print what to paste, and where; change nothing" },
    },
    notes: [
      "Clients: " + CLIENTS.filter(isEdited).map(({ id }) => id).join(", ") + ".",
      "Only printed: " + CLIENTS.filter((client) => !isEdited(client)).map(({ id }) => id)
        .join(", ") +
      ".",
      "The file as it was stays beside it, as <name>.molecule-backup; uninstall restores it.",
      "No id, URL or token is written: molecule-mcp auth login keeps them for every client.",
    ],
  },
  run,
};

/** All that one client's change depends on. */
interface Job extends EntryPlace {
  readonly context: CommandContext;
  readonly launch: Launch;
  readonly args: Arguments;
}

async function run(args: Arguments, context: CommandContext): Promise<number> {
  const { terminal } = context;
  const clients = namedClients(args.operands);
  const name = entryName(context.profile);
  const machine = thisMachine(context.read);
  const launch = ownLaunch(machine, context.profile);
  if (!launch) {
    terminal.error("install runs from what ships, not from source: deno task bundle, or compile");
    return EXIT.failed;
  }
  if (clients.length === 0) return await listFound(context, machine, launch);
  const scope = scopeOf(args, clients);
  const job: Job = { context, machine, launch, name, scope, args };
  let code: number = EXIT.ok;
  let isDone = false;
  for (const client of clients) {
    if (args.isSet("print") || !isEdited(client)) printEntry(job, client);
    else if (
      await withClientFile(
        terminal,
        client,
        job,
        (path, within) => edit(job, client, { path, within }),
        `What to add by hand: molecule-mcp install ${client.id} --print`,
      )
    ) isDone = true;
    else code = EXIT.failed;
  }
  if (isDone && !args.isSet("dry-run")) await reportSettings(context);
  return code;
}

function printEntry({ context: { terminal }, machine, launch, name }: Job, client: Client): void {
  const place = placeText(client.id, machine) ?? "its configuration";
  const why = isEdited(client) ? "" : " (this program does not edit it)";
  terminal.note(`${client.name}: add this to ${place}${why}:`);
  terminal.print(snippetOf(client, launch, name));
  for (const line of client.after(name)) terminal.note(`Then, in ${client.name}: ${line}`);
}

/** @returns whether nothing keeps the entry from being there, or from being shown */
async function edit(
  job: Job,
  client: EditedClient,
  { path, within }: Pick<ConfigFile, "path" | "within">,
): Promise<boolean> {
  const { context, name, args } = job;
  const { terminal } = context;
  const before = await readConfigFile(path, within);
  const present = presentEntry(client, before, name);
  const kind = present === undefined ? undefined : await pointsTo(
    client.launchOf(present),
    job.launch,
    job.machine,
  );
  if (kind === "this") {
    terminal.print(`${client.id}: ${name} is in ${path} already; nothing was changed`);
    return true;
  }
  const isDry = args.isSet("dry-run");
  if (kind !== undefined) {
    const shown = launchText(client.launchOf(present));
    terminal.note(`${client.id}: ${name} in ${path} starts ${MEANING[kind]}: ${shown}`);
    if (!isDry && !args.isSet("replace")) {
      const answer = await mayReplace(context);
      if (answer !== true) {
        terminal.error(
          answer === false
            ? `${client.id}: left as it is`
            : `${client.id}: left as it is; with --replace it is replaced`,
        );
        return false;
      }
    }
  }
  const plan = async (file: ConfigFile): Promise<PlannedEdit> => {
    const now = presentEntry(client, file, name);
    const isSame = () => JSON.stringify(now) === JSON.stringify(present);
    if (!refuseDeep(file.text ?? "", isSame)) {
      throw new ConfigFileError(`${name} in ${path} has just been changed: try again`);
    }
    const config = entryAt(client.format, file.text ?? "", []);
    const isOwn = kind !== "python" && startsMolecule(client.launchOf(now));
    const entry = client.entry(job.launch);
    return await planPut(file, client.format, client.entryPath(config, name), entry, isOwn);
  };
  if (isDry) {
    const { file, splices } = await plan(before);
    terminal.print(diffOf(path, file.text ?? "", splices));
    terminal.note("Nothing was written (--dry-run).");
    return true;
  }
  const { installed, entries } = await inspectClient(client, job.machine, job.launch);
  const done = await carryOut(path, plan, within);
  terminal.print(`${client.id}: ${kind === undefined ? "added" : "replaced"} ${name} in ${path}`);
  if (done?.backup === "write") {
    terminal.note(`Its text before that: ${backupPath(done.file.target)}`);
  }
  if (!installed) terminal.note(`${client.name} itself was not found on this machine.`);
  for (const other of entries.filter((it) => it.folder !== undefined && it.name === name)) {
    terminal.note(`In ${other.folder} an entry of that folder comes first: ${other.command}`);
  }
  for (const line of client.after(name)) terminal.note(`In ${client.name}: ${line}`);
  return true;
}

/** @returns undefined where nobody can be asked */
async function mayReplace(
  { terminal, signal }: CommandContext,
): Promise<boolean | undefined> {
  if (!terminal.isInteractive) return undefined;
  const prompts = new Prompts({ signal, columns: terminal.width });
  try {
    return await prompts.during(() => prompts.confirm("Replace it?"));
  } catch (error) {
    if (!(error instanceof PromptCancelled)) throw error;
    return false;
  }
}

function presentEntry(client: EditedClient, { text = "" }: ConfigFile, name: string): unknown {
  const config = entryAt(client.format, text, []);
  return valueAt(config, client.entryPath(config, name));
}

async function listFound(
  { terminal }: CommandContext,
  machine: Machine,
  launch: Launch,
): Promise<number> {
  const found = (await inspectClients(machine, launch)).filter(({ installed }) => installed);
  if (found.length === 0) {
    terminal.error("no client was named, and none that this program knows was found here");
    terminal.note("For any other: molecule-mcp install generic --print");
    return EXIT.configuration;
  }
  terminal.error(`no client was named; found here: ${found.map((it) => it.client.id).join(", ")}`);
  terminal.note(`Next: molecule-mcp install ${found[0]?.client.id ?? "CLIENT"}`);
  return EXIT.configuration;
}
