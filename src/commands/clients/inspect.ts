import { field, isObject, textField } from "../../lib/json.ts";
import { cleanLine } from "../../safety/untrusted/clean_text.ts";
import { readConfigFile } from "../edit/config_file.ts";
import { ConfigFileError } from "../edit/config_file_error.ts";
import { EditError, entryAt } from "../edit/format.ts";
import { type Launch, type Machine, variablesOf } from "./client.ts";
import { EDITED, type EditedClient } from "./clients.ts";
import { findOnPath } from "./find_on_path.ts";
import { findPlaces, leavesTraces } from "./find_places.ts";
import { launchText, type PointsTo, pointsTo, startsMolecule } from "./points_to.ts";

const TOKEN = "MOLECULE_WORKSPACE_TOKEN";
const MAX_SHOWN = 200;

/** One entry of a client's file that is this program's, or stands in its place. */
export interface FoundEntry {
  readonly name: string;
  /** `folder` is Claude Code's `local` scope: in the user's file, for one folder. */
  readonly scope: "user" | "project" | "folder";
  readonly file: string;
  /** Where it holds, with the scope `folder`. */
  readonly folder?: string;
  readonly pointsTo: PointsTo;
  /** Its command line, without what may be secret. */
  readonly command: string;
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
}

/** Looks at every client whose file is known; changes nothing, starts nothing. */
export async function inspectClients(
  machine: Machine,
  own: Launch | undefined,
): Promise<readonly FoundClient[]> {
  return await Promise.all(EDITED.map((client) => inspectClient(client, machine, own)));
}

/** Looks at one client. */
export async function inspectClient(
  client: EditedClient,
  machine: Machine,
  own: Launch | undefined,
): Promise<FoundClient> {
  const entries: FoundEntry[] = [];
  const problems: string[] = [];
  const files: string[] = [];
  for (const scope of ["user", "project"] as const) {
    for (const file of (await findPlaces(client.id, scope, machine))?.existing ?? []) {
      files.push(file);
      try {
        const { text = "" } = await readConfigFile(file);
        const config = entryAt(client.format, text, []);
        for (const found of serversIn(client, config, scope)) {
          entries.push(await describe(client, { ...found, file }, machine, own));
        }
      } catch (error) {
        if (error instanceof EditError) problems.push(`${file}: ${error.message}`);
        else if (error instanceof ConfigFileError) problems.push(error.message);
        else throw error;
      }
    }
  }
  const user = await findPlaces(client.id, "user", machine);
  const onPath = client.program !== undefined && await findOnPath(client.program, machine);
  return {
    client,
    installed: Boolean(onPath) || await leavesTraces(client.id, machine),
    files,
    fresh: user?.fresh,
    entries,
    problems,
  };
}

/** A server's entry and where it stands. */
interface Server extends Pick<FoundEntry, "name" | "scope" | "folder"> {
  readonly entry: unknown;
}

/** The servers that start a molecule-mcp, or are called as if they did. */
function serversIn(client: EditedClient, config: unknown, scope: "user" | "project"): Server[] {
  const parent = client.entryPath(config, "").slice(0, -1)
    .reduce((value: unknown, key) => field(value, key), config);
  const servers: Server[] = membersOf(parent).map(([name, entry]) => ({ name, scope, entry }));
  if (client.id === "claude-code" && scope === "user") {
    for (const [folder, project] of membersOf(field(config, "projects"))) {
      for (const [name, entry] of membersOf(field(project, "mcpServers"))) {
        servers.push({ name, scope: "folder", folder, entry });
      }
    }
  }
  return servers.filter(({ name, entry }) =>
    /^molecule(-|$)/.test(name) || startsMolecule(client.launchOf(entry))
  );
}

async function describe(
  client: EditedClient,
  { entry, ...where }: Server & { readonly file: string },
  machine: Machine,
  own: Launch | undefined,
): Promise<FoundEntry> {
  const launch = client.launchOf(entry);
  const token = textField(field(entry, "env") ?? field(entry, "environment"), TOKEN);
  const { name, folder } = where;
  // Anybody may have written them, in a file of a folder for instance, and a terminal shows them.
  const clean = (text: string) => cleanLine(text, MAX_SHOWN) ?? "";
  return {
    ...where,
    name: clean(name),
    ...(folder !== undefined && { folder: clean(folder) }),
    pointsTo: await pointsTo(launch, withProfileOf(launch, own), machine),
    command: launchText(launch),
    variables: variablesOf(entry).map(clean),
    tokenInClear: token !== undefined && !/^[${]/.test(token),
  };
}

/** An entry of another profile starts this program as well. */
function withProfileOf(launch: Launch | undefined, own: Launch | undefined): Launch | undefined {
  if (!launch || !own) return own;
  const at = own.args.indexOf("--profile");
  const plain = at === -1 ? own.args : own.args.slice(0, at);
  const profile = launch.args.slice(plain.length);
  return { ...own, args: profile[0] === "--profile" ? [...plain, ...profile] : plain };
}

function membersOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isObject(value) ? Object.entries(value) : [];
}
