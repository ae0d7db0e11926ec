import { dirname, join } from "@std/path";
import { readTrimmed } from "../../config/environment.ts";
import { homeDirectory } from "../../config/paths.ts";
import { isAbsent } from "../edit/config_file_error.ts";
import type { Machine, Scope } from "./client.ts";
import { PLACES } from "./places.ts";

/** The files of a client that may hold its servers. */
export interface FoundPlaces {
  /** All that are there; the first counts where none has the entry. */
  readonly existing: readonly string[];
  /** Where the file goes that is not there yet. */
  readonly fresh: string;
}

/**
 * A client's files on this machine.
 *
 * @returns undefined where they cannot be told: a variable is missing, or the client has no such scope
 */
export async function findPlaces(
  client: string,
  scope: Scope,
  machine: Machine,
): Promise<FoundPlaces | undefined> {
  const candidates = await candidatesOf(client, scope, machine);
  const last = candidates.at(-1);
  if (!last) return undefined;
  const existing: string[] = [];
  for (const { path } of candidates) if (await exists(path)) existing.push(path);
  // A directory that was found by its pattern is that of an installed client.
  const fresh = candidates.find(({ isMatched }) => isMatched) ?? last;
  return { existing, fresh: fresh.path };
}

/** Whether there is anything of the client where it keeps its servers: the file, or its directory. */
export async function leavesTraces(client: string, machine: Machine): Promise<boolean> {
  for (const { path } of await candidatesOf(client, "user", machine)) {
    const directory = dirname(path);
    const home = homeDirectory(machine.read);
    if (await exists(path)) return true;
    if (home !== undefined && join(directory) === join(home)) continue;
    if (await holdsAnything(directory)) return true;
  }
  return false;
}

/** The path as the table says it, for a text to read on any machine. */
export function placeText(client: string, { os }: Machine): string | undefined {
  const place = PLACES.find((place) => place.client === client);
  return (place?.[os] ?? place?.linux)?.at(-1)?.at(-1)?.replace("{HOME}", "~");
}

/** A path of the table with everything filled in. */
interface Candidate {
  readonly path: string;
  readonly isMatched: boolean;
}

async function candidatesOf(
  client: string,
  scope: Scope,
  machine: Machine,
): Promise<readonly Candidate[]> {
  const place = PLACES.find((place) => place.client === client && place.scope === scope);
  for (const list of place?.[machine.os] ?? place?.linux ?? []) {
    const paths = list.map((template) => filled(template, machine));
    if (paths.some((path) => path === undefined)) continue;
    const found: Candidate[] = [];
    for (const path of paths) found.push(...await matched(path ?? ""));
    return found;
  }
  return [];
}

function filled(template: string, { read, cwd }: Machine): string | undefined {
  let isComplete = true;
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = name === "HOME"
      ? homeDirectory(read)
      : name === "CWD"
      ? cwd
      : readTrimmed(read, name);
    if (value === undefined) isComplete = false;
    return value ?? "";
  });
  return isComplete ? join(path) : undefined;
}

/** The path, or one for each directory that fits its pattern. */
async function matched(path: string): Promise<Candidate[]> {
  const pattern = /^(.*[\\/])([^\\/*]*)\*([\\/].*)$/.exec(path);
  if (!pattern) return [{ path, isMatched: false }];
  const [, parent = "", prefix = "", rest = ""] = pattern;
  try {
    const names = await Array.fromAsync(Deno.readDir(parent), ({ name }) => name);
    return names.filter((name) => name.startsWith(prefix)).sort()
      .map((name) => ({ path: `${parent}${name}${rest}`, isMatched: true }));
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** An empty directory may be what `uninstall` has left. */
async function holdsAnything(directory: string): Promise<boolean> {
  try {
    for await (const _ of Deno.readDir(directory)) return true;
    return false;
  } catch (error) {
    if (isAbsent(error) || error instanceof Deno.errors.PermissionDenied) return false;
    throw error;
  }
}

/** Whether something is there, be it a link to nothing. */
async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (isAbsent(error) || error instanceof Deno.errors.PermissionDenied) return false;
    throw error;
  }
}
