import { lookAtDirectory } from "../support/look_at_directory.ts";
import { findStateDir } from "../../config/find_state_dir.ts";
import { cleanLine } from "../../safety/untrusted/clean_text.ts";
import { type ConfigFile, readConfigFile } from "../edit/config_file.ts";
import { ConfigFileError } from "../edit/config_file_error.ts";
import { backupPath } from "../edit/entry_edit.ts";
import { EditError, entryAt } from "../edit/format.ts";
import { shownValue } from "../support/shown_value.ts";
import type { Launch, Machine } from "./client.ts";
import { EDITED, type EditedClient } from "./clients.ts";
import { firstOnPath } from "../../lib/files/on_path.ts";
import { findPlaces, leavesTraces } from "./find_places.ts";
import { launchText } from "./launch_text.ts";
import { pointsTo, type Target } from "./points_to.ts";
import { ownForm, readRest } from "./recognise.ts";
import { SamePrograms } from "./same_program.ts";
import { holdsToken, type Server, serversIn, variablesOf } from "./servers_in.ts";

const MAX_SHOWN = 200;

/** One entry of a client's file that is this program's, or stands in its place. */
export interface FoundEntry extends Target, Omit<Server, "entry"> {
  readonly file: string;
  /** Its command line, without what may be secret. */
  readonly command: string;
  /** Whether it names a profile that is not there. */
  readonly lacksProfile: boolean;
  /** The names of the variables that it sets. */
  readonly variables: readonly string[];
  /** Whether the workspace's token itself stands in the file. */
  readonly tokenInClear: boolean;
}

/** What there is of one client on this machine. */
export interface FoundClient {
  readonly client: EditedClient;
  /** Its program is on PATH, or it has left traces where it keeps its settings. */
  readonly installed: boolean;
  /** The files that are there, and the one that `install` would make. */
  readonly files: readonly string[];
  readonly fresh: string | undefined;
  readonly entries: readonly FoundEntry[];
  /** What keeps a file from being read, one line each. */
  readonly problems: readonly string[];
  /** The texts of before a change (edit/entry_edit.ts) in which a workspace's token stands. */
  readonly backupsWithToken: readonly string[];
}

/** Looks at every client whose file is known; changes nothing, starts nothing. */
export async function inspectClients(
  machine: Machine,
  own: Launch | undefined,
): Promise<readonly FoundClient[]> {
  const programs = new SamePrograms();
  return await Promise.all(EDITED.map((client) => inspectClient(client, machine, own, programs)));
}

/** Looks at one client. */
export async function inspectClient(
  client: EditedClient,
  machine: Machine,
  own: Launch | undefined,
  programs: SamePrograms = new SamePrograms(),
): Promise<FoundClient> {
  const entries: FoundEntry[] = [];
  const problems: string[] = [];
  const files: string[] = [];
  const backupsWithToken: string[] = [];
  for (const scope of ["user", "project"] as const) {
    for (const path of (await findPlaces(client.id, scope, machine))?.existing ?? []) {
      files.push(path);
      try {
        const file = await readConfigFile(path);
        for (const server of serversOf(client, file, scope)) {
          const target = await pointsTo(client.launchOf(server.entry), own, machine, {
            anyProfile: true,
            programs,
          });
          entries.push(await describe(client, { ...server, file: path }, target, machine));
        }
        const backup = backupPath(file.target);
        if (await isTokenIn(client, backup, scope)) backupsWithToken.push(backup);
      } catch (error) {
        if (error instanceof EditError) problems.push(`${path}: ${error.message}`);
        else if (error instanceof ConfigFileError) problems.push(error.message);
        else throw error;
      }
    }
  }
  const user = await findPlaces(client.id, "user", machine);
  const onPath = client.program !== undefined && firstOnPath(client.program, machine);
  return {
    client,
    installed: Boolean(onPath) || await leavesTraces(client.id, machine),
    files,
    fresh: user?.fresh,
    entries,
    problems,
    backupsWithToken,
  };
}

function serversOf(client: EditedClient, { text = "" }: ConfigFile, scope: "user" | "project") {
  return serversIn(client, entryAt(client.format, text, []), scope);
}

async function isTokenIn(
  client: EditedClient,
  backup: string,
  scope: "user" | "project",
): Promise<boolean> {
  try {
    return serversOf(client, await readConfigFile(backup), scope)
      .some(({ entry }) => holdsToken(entry));
  } catch (error) {
    if (error instanceof EditError || error instanceof ConfigFileError) return false;
    throw error;
  }
}

async function describe(
  client: EditedClient,
  { entry, ...where }: Server & { readonly file: string },
  target: Target,
  machine: Machine,
): Promise<FoundEntry> {
  const { name, folder } = where;
  // Anybody may have written them, in a file of a folder for instance, and a terminal shows them.
  const clean = (text: string) => cleanLine(text, MAX_SHOWN) ?? "";
  const launch = client.launchOf(entry);
  const variables = variablesOf(entry);
  const isOwn = target.pointsTo === "this" || target.pointsTo === "copy";
  const isDirGiven = variables.includes("CONFIGS_DIR");
  const missing = isOwn && launch && !isDirGiven
    ? await missingProfile(launch, machine)
    : undefined;
  const trouble = target.trouble ?? missing;
  return {
    ...where,
    ...target,
    ...(trouble !== undefined && { trouble }),
    name: clean(name),
    ...(folder !== undefined && { folder: clean(folder) }),
    command: launchText(launch),
    lacksProfile: missing !== undefined,
    variables: variables.map(clean),
    tokenInClear: holdsToken(entry),
  };
}

/** What is wrong with a profile that an entry names, when there is none. */
async function missingProfile(launch: Launch, { read }: Machine): Promise<string | undefined> {
  const { profile } = readRest(ownForm(launch)?.rest ?? launch.args);
  if (profile === undefined) return undefined;
  const { state } = await findStateDir(read, { profile, onlyLook: lookAtDirectory });
  const isMissing = state && "problem" in state && state.problem.variable === "--profile";
  if (!isMissing) return undefined;
  return `there is no profile ${shownValue(profile)} here`;
}
