import { ownCommand } from "../../cli/own_command.ts";
import { withTimeout } from "../../lib/timeout.ts";
import type { CommandContext } from "../support/command.ts";
import { profileFlag } from "../support/profile_flag.ts";
import type { Scope } from "./client.ts";
import { inspectClients } from "./inspect.ts";
import { ownLaunch, thisMachine } from "./launch.ts";
import { entryName } from "./request.ts";

/** Files on a network drive may never come. */
const TIMEOUT_MS = 2_000;
const USUAL = "claude-code";

/** A client as `inspectClients` and the doctor know it, as far as it matters here. */
interface SeenClient {
  readonly client: {
    readonly id: string;
    readonly name: string;
    readonly after: (name: string, scope: Scope) => readonly string[];
  };
  readonly installed: boolean;
  readonly entries: readonly SeenEntry[];
}

interface SeenEntry {
  readonly name: string;
  readonly scope: Scope | "folder";
  readonly folder?: string;
  readonly pointsTo: string;
  readonly trouble?: string;
  readonly lacksProfile?: boolean;
}

/**
 * What is still to be done so that a client starts this program, once the settings are complete.
 *
 * @returns a command or a sentence; which client it is of does not matter where several have an entry
 */
export async function nextClientStep({ read, profile }: CommandContext): Promise<string> {
  const machine = thisMachine(read);
  try {
    const looking = inspectClients(machine, ownLaunch(machine, profile));
    return clientStep(await withTimeout(looking, TIMEOUT_MS) ?? [], profile);
  } catch {
    return clientStep([], profile); // `clients` and `doctor` say what is wrong with the files.
  }
}

/** As `nextClientStep`, for clients that were looked at. */
export function clientStep(
  clients: readonly SeenClient[],
  profile: string | undefined,
): string {
  const name = entryName(profile);
  const entries = clients.flatMap(({ client, entries }) =>
    entries.filter((entry) => entry.name === name).map((entry) => ({ client, entry }))
  );
  const install = (id: string) => ownCommand(`install ${id}${profileFlag(profile)}`);
  const [ready] = entries.filter(({ entry }) => isReady(entry));
  if (ready) {
    const { client, entry: { folder, scope } } = ready;
    const where = folder === undefined ? "" : `, in ${folder}`;
    // As `install` says it, which left it out if there was something else to be done first.
    const steps = client.after(name, scope === "project" ? "project" : "user");
    return `In ${client.name}${where}: ${steps.join("; ")}`;
  }
  const [other] = entries;
  if (other) return `${install(other.client.id)} --replace`;
  return install(clients.find(({ installed }) => installed)?.client.id ?? USUAL);
}

/** Another copy of the program reads the same settings. */
function isReady({ pointsTo, trouble, lacksProfile = false }: SeenEntry): boolean {
  return trouble === undefined && !lacksProfile && ["this", "copy", "another"].includes(pointsTo);
}
