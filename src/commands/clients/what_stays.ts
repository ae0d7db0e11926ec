import { ownCommand } from "../../cli/own_command.ts";
import { lookAtDirectory } from "../support/look_at_directory.ts";
import { join } from "@std/path";
import { findStateDir } from "../../config/find_state_dir.ts";
import { LOCAL_PROFILE } from "../../config/profile.ts";
import { SETTINGS_FILE_NAME } from "../../config/settings_file.ts";
import { TOKEN_FILE_NAME } from "../../config/token_file.ts";
import type { CommandContext } from "../support/command.ts";
import { profileFlag } from "../support/profile_flag.ts";
import { commandText, type EntryPlace } from "./client_file.ts";
import type { Launch } from "./client.ts";
import type { EditedClient } from "./clients.ts";
import { type FoundEntry, inspectClient } from "./inspect.ts";

/** Says what `uninstall` does not take away: other entries of these clients, and settings and token. */
export async function sayWhatStays(
  context: CommandContext,
  place: EntryPlace,
  clients: readonly EditedClient[],
  own: Launch | undefined,
): Promise<void> {
  const { terminal, read, profile } = context;
  for (const client of clients) {
    const { entries } = await inspectClient(client, place.machine, own);
    // Of the entry itself something has been said.
    const others = entries.filter(({ name, scope }) =>
      name !== place.name || scope !== place.scope
    );
    for (const entry of others) {
      const { what, command } = stays(client, entry);
      if (command === undefined) terminal.note(`${client.id}: ${what}`);
      else terminal.step(`${client.id}: ${what}:`, command);
    }
    if (client.id === "claude-code" && place.scope === "user") {
      terminal.note(`${client.id}: no other folder's .mcp.json was looked at`);
    }
  }
  // What the local platform keeps there, it takes away itself when it stops.
  if (profile === LOCAL_PROFILE) return;
  const { state } = await findStateDir(read, { profile, onlyLook: lookAtDirectory });
  if (!state || "problem" in state) return;
  const token = join(state.path, TOKEN_FILE_NAME);
  const left = [
    ...await isThere(join(state.path, SETTINGS_FILE_NAME)) ? ["the settings"] : [],
    ...await isThere(token) ? ["the token"] : [],
  ];
  if (left.length === 0) return;
  terminal.note(
    `${left.join(" and ").replace("the", "The")} in ${state.path} stay for other clients.`,
  );
  if (await isThere(token)) {
    terminal.step("To delete the token:", ownCommand(`auth logout${profileFlag(profile)}`));
  }
}

/** An entry that stays, and the command that takes it away, where one does. */
function stays(
  client: EditedClient,
  { name, file, scope, folder, pointsTo }: FoundEntry,
): { readonly what: string; readonly command?: string } {
  const where = folder === undefined ? file : `${file}, for ${folder} only,`;
  const what = `${name} in ${where} stays`;
  // Anybody may have chosen the name, and a person pastes the command.
  if (!/^[\w-]{1,64}$/.test(name)) return { what };
  if (folder !== undefined) {
    return { what: `${what}; in that folder`, command: `claude mcp remove ${name}` };
  }
  if (pointsTo !== "this" && pointsTo !== "copy" && pointsTo !== "another") return { what };
  const [, profile] = /^molecule-(.+)$/.exec(name) ?? [];
  const place = { scope: scope === "project" ? scope : "user", profile } as const;
  return { what, command: commandText("uninstall", [client.id], place) };
}

async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch {
    return false; // What cannot be looked at is not spoken of.
  }
}
