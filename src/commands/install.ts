import { EXIT } from "../cli/exit_codes.ts";
import { ALL, chooseClients } from "./clients/choose_clients.ts";
import { commandText, SCOPE_FLAG, scopeOf, withClientFile } from "./clients/client_file.ts";
import type { Client } from "./clients/client.ts";
import { CLIENTS, isEdited } from "./clients/clients.ts";
import { placeText } from "./clients/find_places.ts";
import { ownLaunch, thisMachine } from "./clients/launch.ts";
import { NextSteps } from "./clients/next_steps.ts";
import { snippetOf } from "./clients/print_only.ts";
import { putEntryIn, type PutJob } from "./clients/put_entry.ts";
import { reportSettings } from "./clients/report_settings.ts";
import { entryName } from "./clients/request.ts";
import type { Command, CommandContext } from "./support/command.ts";
import type { Arguments } from "./support/usage.ts";

/** `install CLIENT...`: writes the entry that starts this program into clients' files. */
export const install: Command = {
  usage: {
    operands: "CLIENT...",
    operandChoices: [...CLIENTS.map(({ id }) => id), ALL],
    flags: {
      scope: SCOPE_FLAG,
      "dry-run": { type: "boolean", meaning: "show the change, write nothing" },
      replace: { type: "boolean", meaning: "replace an entry of the same name without asking" },
      print: { type: "boolean", meaning: "print what to paste, and where; change nothing" },
    },
    notes: [
      "Clients: " + CLIENTS.filter(isEdited).map(({ id }) => id).join(", ") +
      `; ${ALL}: each that is found here.`,
      "Only printed: " + CLIENTS.filter((client) => !isEdited(client)).map(({ id }) => id)
        .join(", ") +
      ".",
      "The file as it was stays beside it, as <name>.molecule-backup; uninstall restores it.",
      "No id, URL or token is written: auth login keeps them for every client.",
    ],
  },
  run,
};

/** What shows that all works. */
const QUESTION = "Who are my peers on Molecule?";

async function run(args: Arguments, context: CommandContext): Promise<number> {
  const { terminal, profile } = context;
  const name = entryName(profile);
  const machine = thisMachine(context.read);
  const launch = ownLaunch(machine, profile);
  if (!launch) {
    terminal.error("install runs from what ships, not from source: deno task bundle, or compile");
    return EXIT.failed;
  }
  const clients = await chooseClients(args.operands, context, machine, launch);
  if (typeof clients === "number") return clients;
  const scope = scopeOf(args, clients);
  const steps = new NextSteps();
  const [replaced, shown] = [new Set<string>(), new Set<string>()];
  const place = { machine, name, scope, profile };
  const job: PutJob = { ...place, context, launch, args, steps, replaced, shown };
  const isDry = args.isSet("dry-run");
  let code: number = EXIT.ok;
  const done: Client[] = [];
  for (const client of clients) {
    if (args.isSet("print") || !isEdited(client)) {
      printEntry(job, client);
      addSteps(job, client);
      continue;
    }
    const isDone = await withClientFile(
      terminal,
      client,
      job,
      (path, within) => putEntryIn(job, client, path, within),
      () => steps.addCommand(byHand(client, profile), ", to add by hand what it prints"),
    );
    if (isDone) done.push(client);
    else code = EXIT.failed;
  }
  if (done.length > 0 && isDry) {
    terminal.note("Nothing was written (--dry-run).");
    const flags = replaced.size > 0 ? ["--replace"] : [];
    if (shown.size > 0) steps.addFirst(commandText("install", [...shown], job, flags));
  } else if (done.length > 0) {
    const first = await reportSettings(context);
    for (const step of first.toReversed()) steps.addFirst(step);
    // Before that a client has nothing to show: the command that comes first leads on to it.
    if (first.length === 0) {
      for (const client of done) addSteps(job, client);
      for (const { name } of done) steps.add(`ask the agent: "${QUESTION}"`, name);
    }
  }
  steps.print(terminal);
  return code;
}

function byHand({ id }: Client, profile: string | undefined): string {
  return commandText("install", [id], { scope: "user", profile }, ["--print"]);
}

function addSteps({ steps, name, scope }: PutJob, client: Client): void {
  for (const text of client.after(name, scope)) steps.add(text, client.name);
  const optional = client.optional?.(name);
  if (optional) steps.addOptional(optional);
}

function printEntry({ context, machine, launch, name }: PutJob, client: Client): void {
  const { terminal } = context;
  const place = placeText(client.id, machine) ?? "its configuration";
  const why = isEdited(client) ? "" : " (this program does not edit it)";
  terminal.note(`${client.name}: add this to ${place}${why}:`);
  terminal.printAsIs(snippetOf(client, launch, name));
}
