import { type ConfigFile, readConfigFile } from "../edit/config_file.ts";
import { diffOf } from "../edit/diff.ts";
import { backupPath, carryOut, type PlannedEdit, planRemove } from "../edit/entry_edit.ts";
import { entryAt } from "../edit/format.ts";
import type { Terminal } from "../support/terminal.ts";
import type { EntryPlace } from "./client_file.ts";
import type { Launch } from "./client.ts";
import type { EditedClient } from "./clients.ts";
import { knownText } from "./known_text.ts";
import { launchText } from "./launch_text.ts";
import { pointsTo, targetText } from "./points_to.ts";
import { startsMolecule } from "./recognise.ts";
import { secretsOf } from "./secrets_of.ts";

/** All that one client's change depends on. */
export interface RemovalJob extends EntryPlace {
  readonly terminal: Terminal;
  readonly own: Launch | undefined;
  /** Whether to show only what would change. */
  readonly isDry: boolean;
  /** Gets the clients whose entry would go. */
  readonly shown: string[];
}

/**
 * Takes this program's entry out of one client's file, and says so.
 *
 * @param within the folder that links must not lead out of
 * @returns whether it is not there any more, or what would change was shown
 * @throws {EditError}
 * @throws {ConfigFileError}
 */
export async function takeEntryOut(
  { terminal, machine, name, own, isDry, shown }: RemovalJob,
  client: EditedClient,
  path: string,
  within: string | undefined,
): Promise<boolean> {
  const { format } = client;
  const placeOf = ({ text = "" }: ConfigFile) => client.entryPath(entryAt(format, text, []), name);
  const before = await readConfigFile(path, within);
  const present = entryAt(format, before.text ?? "", placeOf(before));
  if (present === undefined) {
    terminal.print(`${client.id}: no ${name} in ${path}; nothing was changed`);
    return true;
  }
  const launch = client.launchOf(present);
  const target = await pointsTo(launch, own, machine);
  const isThis = target.pointsTo === "this" || target.pointsTo === "copy";
  if (target.pointsTo === "python" || (!isThis && !startsMolecule(launch))) {
    terminal.error(
      `${client.id}: ${name} in ${path} starts ${targetText(target)}: ${
        launchText(launch)
      }; it is ` +
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
    const known = knownText(client, name, before.text ?? "", own);
    const options = { restores: true, known };
    if (edit) {
      terminal.printAsIs(diffOf(path, before.text ?? "", edit.splices, options));
      shown.push(client.id);
    }
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
  if (!isRestored) {
    terminal.note(`${client.id}: the file as it was is kept in ${backupPath(done.file.target)}`);
    const secrets = secretsOf(client, present);
    if (secrets !== undefined) {
      terminal.note(
        `${client.id}: the entry held ${secrets}, which that file keeps: delete it once all is well`,
      );
    }
  }
  const left = entryAt(format, done.text, placeOf({ ...done.file, text: done.text }));
  if (left !== undefined) {
    terminal.note(
      `${client.id}: the ${name} that install replaced is back: ` +
        launchText(client.launchOf(left)),
    );
  }
  return true;
}
