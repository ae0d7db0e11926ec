import { readConfigFile } from "../edit/config_file.ts";
import { EditError, entryAt, valueAt } from "../edit/format.ts";
import type { Machine, Scope } from "./client.ts";
import type { EditedClient } from "./clients.ts";
import { findPlaces } from "./find_places.ts";

/**
 * The file of a client that an entry is in or would go to.
 *
 * @returns undefined where that cannot be told: no home directory, for instance
 * @throws {ConfigFileError}
 */
export async function chooseFile(
  client: EditedClient,
  scope: Scope,
  machine: Machine,
  name: string,
): Promise<string | undefined> {
  const places = await findPlaces(client.id, scope, machine);
  if (!places) return undefined;
  const [first, ...others] = places.existing;
  if (others.length > 0) {
    for (const path of places.existing) if (await hasEntry(client, path, name)) return path;
  }
  return first ?? places.fresh;
}

async function hasEntry(client: EditedClient, path: string, name: string): Promise<boolean> {
  try {
    const { text = "" } = await readConfigFile(path);
    const config = entryAt(client.format, text, []);
    return valueAt(config, client.entryPath(config, name)) !== undefined;
  } catch (error) {
    if (!(error instanceof EditError)) throw error;
    return false; // Whoever edits it says what is wrong.
  }
}
