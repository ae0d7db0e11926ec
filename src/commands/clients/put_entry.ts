import { isDeepStrictEqual } from "node:util";
import { type ConfigFile, readConfigFile } from "../edit/config_file.ts";
import { ConfigFileError } from "../edit/config_file_error.ts";
import { diffOf } from "../edit/diff.ts";
import { backupPath, carryOut, type PlannedEdit, planPut } from "../edit/entry_edit.ts";
import { entryAt, refuseDeep, valueAt } from "../edit/format.ts";
import type { CommandContext } from "../support/command.ts";
import { PromptCancelled, Prompts } from "../support/prompt.ts";
import type { Arguments } from "../support/usage.ts";
import { commandText, type EntryPlace } from "./client_file.ts";
import type { Launch } from "./client.ts";
import type { EditedClient } from "./clients.ts";
import { inspectClient } from "./inspect.ts";
import { knownText } from "./known_text.ts";
import { launchText } from "./launch_text.ts";
import type { NextSteps } from "./next_steps.ts";
import { MEANING, pointsTo, type Target, targetText } from "./points_to.ts";
import { startsMolecule } from "./recognise.ts";
import { secretsOf } from "./secrets_of.ts";

/** All that one client's change depends on. */
export interface PutJob extends EntryPlace {
  readonly context: CommandContext;
  readonly launch: Launch;
  readonly args: Arguments;
  readonly steps: NextSteps;
  /** Gets the clients whose entry is another one: it is replaced, or would be. */
  readonly replaced: Set<string>;
  /** Gets the clients whose change was shown and not made. */
  readonly shown: Set<string>;
}

/**
 * Sets this program's entry in one client's file, and says so; with `--dry-run`, shows what would change.
 *
 * @param within the folder that links must not lead out of
 * @returns whether nothing keeps the entry from being there, or from being shown
 * @throws {EditError}
 * @throws {ConfigFileError}
 */
export async function putEntryIn(
  job: PutJob,
  client: EditedClient,
  path: string,
  within: string | undefined,
): Promise<boolean> {
  const { context: { terminal }, name, args, launch } = job;
  const isDry = args.isSet("dry-run");
  const before = await readConfigFile(path, within);
  const present = presentEntry(client, before, name);
  const target = present === undefined
    ? undefined
    : await pointsTo(client.launchOf(present), launch, job.machine);
  if (isFine(target) && (!args.isSet("replace") || isWhatItWouldBe(client, job, before))) {
    sayAlready(job, client, path, present, target);
    return true;
  }
  if (target && !isFine(target)) {
    terminal.note(
      `${client.id}: ${name} in ${path} starts ${targetText(target)}: ` +
        launchText(client.launchOf(present)),
    );
    if (!isDry && !await mayReplace(job, client)) return false;
  }
  if (target) job.replaced.add(client.id);
  const plan = (file: ConfigFile) => planFor(job, client, file, { path, present, target });
  if (isDry) {
    const { file, splices } = await plan(before);
    const known = knownText(client, name, file.text ?? "", launch);
    terminal.printAsIs(diffOf(path, file.text ?? "", splices, { known }));
    job.shown.add(client.id);
    return true;
  }
  const { installed, entries } = await inspectClient(client, job.machine, launch);
  const done = await carryOut(path, plan, within);
  terminal.print(`${client.id}: ${target ? "replaced" : "added"} ${name} in ${path}`);
  if (done?.backup === "write") sayBackup(job, client, backupPath(done.file.target), present);
  if (!installed) terminal.note(`${client.id}: ${client.name} itself was not found here`);
  for (const other of entries.filter((it) => it.folder !== undefined && it.name === name)) {
    terminal.note(
      `${client.id}: in ${other.folder} an entry of that folder comes first: ${other.command}`,
    );
  }
  return true;
}

function isFine(target: Target | undefined): boolean {
  return (target?.pointsTo === "this" || target?.pointsTo === "copy") &&
    target.trouble === undefined;
}

function isWhatItWouldBe(
  client: EditedClient,
  { launch, name }: PutJob,
  file: ConfigFile,
): boolean {
  const wanted = structuredClone(client.entry(launch));
  return refuseDeep(
    file.text ?? "",
    () => isDeepStrictEqual(structuredClone(presentEntry(client, file, name)), wanted),
  );
}

function sayAlready(
  { context: { terminal }, name }: PutJob,
  client: EditedClient,
  path: string,
  present: unknown,
  target: Target | undefined,
): void {
  const how = target?.pointsTo === "copy"
    ? `, for ${MEANING.copy} (${launchText(client.launchOf(present))})`
    : "";
  terminal.print(`${client.id}: ${name} is in ${path} already${how}; nothing was changed`);
  const secrets = secretsOf(client, present);
  if (secrets === "the token") {
    terminal.note(
      `${client.id}: the token stands in it in clear text; --replace writes the entry without it`,
    );
  }
}

function sayBackup(
  { context: { terminal } }: PutJob,
  client: EditedClient,
  backup: string,
  replaced: unknown,
): void {
  terminal.note(`${client.id}: the file as it was is kept in ${backup}`);
  const secrets = replaced === undefined ? undefined : secretsOf(client, replaced);
  if (secrets === undefined) return;
  terminal.note(
    `${client.id}: the replaced entry held ${secrets}, which that file keeps: delete it once all is well`,
  );
}

async function planFor(
  { launch, name }: PutJob,
  client: EditedClient,
  file: ConfigFile,
  { path, present, target }: {
    readonly path: string;
    readonly present: unknown;
    readonly target: Target | undefined;
  },
): Promise<PlannedEdit> {
  const now = presentEntry(client, file, name);
  const isSame = () => JSON.stringify(now) === JSON.stringify(present);
  if (!refuseDeep(file.text ?? "", isSame)) {
    throw new ConfigFileError(`${name} in ${path} has just been changed: try again`);
  }
  const config = entryAt(client.format, file.text ?? "", []);
  const isOwn = target?.pointsTo !== "python" && startsMolecule(client.launchOf(now));
  const entry = client.entry(launch);
  return await planPut(file, client.format, client.entryPath(config, name), entry, isOwn);
}

function presentEntry(client: EditedClient, { text = "" }: ConfigFile, name: string): unknown {
  const config = entryAt(client.format, text, []);
  return valueAt(config, client.entryPath(config, name));
}

/** Whether the entry that is there may go; says so where it may not. */
async function mayReplace(job: PutJob, client: EditedClient): Promise<boolean> {
  const { context: { terminal, signal }, args, steps } = job;
  if (args.isSet("replace")) return true;
  if (!terminal.isInteractive) {
    terminal.error(`${client.id}: left as it is; with --replace it is replaced`);
    steps.addCommand(commandText("install", [client.id], job, ["--replace"]));
    return false;
  }
  const prompts = new Prompts({ signal, columns: terminal.width });
  try {
    if (await prompts.during(() => prompts.confirm("Replace it?"))) return true;
  } catch (error) {
    if (!(error instanceof PromptCancelled) || error.isInterrupt) throw error;
  }
  terminal.error(`${client.id}: left as it is`);
  return false;
}
