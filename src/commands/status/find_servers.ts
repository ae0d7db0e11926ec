import { join } from "@std/path";
import { lifeOf, statusFileOf, statusPath } from "../../cli/status_file.ts";
import { LOCAL_PROFILE, profileDir, PROFILES } from "../../config/profile.ts";
import { profileProblem } from "../../config/state_dir.ts";
import { decodeText } from "../../lib/decode_text.ts";
import { errorText } from "../../lib/error_text.ts";
import { readRegularFile } from "../../lib/files/regular_file.ts";
import { cleanLine } from "../../safety/untrusted/untrusted_text.ts";
import { type Place, reportOf, type ServerReport, withDeliverers } from "./server_report.ts";

const MAX_BYTES = 256 * 1024;
/** A directory that others fill is read so far. */
const MAX_FILES = 100;

/** The servers of some state directories, and files that cannot be read as theirs. */
export interface FoundServers {
  /** Those that run come first, the newest of each kind first. */
  readonly servers: readonly ServerReport[];
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

/** The state directory, and those of the profiles below it; the local platform's, if it is there. */
export async function placesBelow(stateDir: string): Promise<readonly Place[]> {
  const profiles: Place[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(join(stateDir, PROFILES))) {
      if (!isDirectory || profileProblem(name) || profiles.length === MAX_FILES) continue;
      profiles.push({ profile: name, state_dir: join(stateDir, PROFILES, name) });
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const local = profileDir(stateDir, LOCAL_PROFILE);
  const info = await Deno.lstat(local).catch(() => undefined); // It is there, or there is none.
  if (info?.isDirectory) profiles.push({ profile: LOCAL_PROFILE, state_dir: local });
  profiles.sort((a, b) => a.state_dir < b.state_dir ? -1 : 1);
  return [{ profile: null, state_dir: stateDir }, ...profiles];
}

/** Looks for servers, and changes nothing. */
export async function findServers(places: readonly Place[]): Promise<FoundServers> {
  const servers: ServerReport[] = [];
  const unreadable: { path: string; reason: string }[] = [];
  for (const place of places) {
    for (const server of await statusFiles(place.state_dir)) {
      const path = statusPath(place.state_dir, server, "json");
      const found = await read(place, server);
      if (typeof found === "string") unreadable.push({ path, reason: found });
      else if (found) servers.push(found);
    }
  }
  servers.sort((a, b) =>
    Number(b.running ?? true) - Number(a.running ?? true) ||
    (b.started_at ?? "").localeCompare(a.started_at ?? "")
  );
  return { servers: withDeliverers(servers), unreadable };
}

async function statusFiles(directory: string): Promise<readonly string[]> {
  const servers: string[] = [];
  try {
    for await (const { name } of Deno.readDir(directory)) {
      const found = statusFileOf(name);
      if (found?.kind === "json" && servers.length < MAX_FILES) servers.push(found.server);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error; // There is no server before it.
  }
  return servers.sort();
}

/** @returns undefined when the server has ended meanwhile; why it cannot be read, if it cannot */
async function read(place: Place, server: string): Promise<ServerReport | string | undefined> {
  const path = statusPath(place.state_dir, server, "json");
  try {
    const life = await lifeOf(place.state_dir, server);
    const file = await readRegularFile(path, { maxBytes: MAX_BYTES });
    if (!file) return undefined;
    const text = decodeText(file.bytes);
    return text === undefined ? "it is damaged" : reportOf(text, life, place);
  } catch (error) {
    const reason = errorText(error).replace(`Cannot read ${path}: `, "").replace(/\.$/, "");
    return cleanLine(reason) ?? "it cannot be read";
  }
}
