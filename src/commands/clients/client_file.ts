import { ownCommand } from "../../cli/own_command.ts";
import { ConfigFileError } from "../edit/config_file_error.ts";
import { EditError } from "../edit/format.ts";
import { profileFlag } from "../support/profile_flag.ts";
import type { Terminal } from "../support/terminal.ts";
import { type Arguments, UsageError } from "../support/usage.ts";
import { chooseFile } from "./choose_file.ts";
import type { Client, Machine, Scope } from "./client.ts";
import type { EditedClient } from "./clients.ts";

/** `--scope`, of the commands that edit a client's file. */
export const SCOPE_FLAG = {
  type: "string",
  value: "SCOPE",
  choices: ["user", "project"],
  meaning: "for you everywhere, or (claude-code) for this folder's .mcp.json",
} as const;

/** The scope that was asked for. @throws {UsageError} for a client that has no such scope */
export function scopeOf(args: Arguments, clients: readonly Client[]): Scope {
  if (args.text("scope") !== "project") return "user";
  const foreign = clients.find(({ id }) => id !== "claude-code");
  if (foreign) throw new UsageError(`--scope project is for claude-code, not ${foreign.id}`);
  return "project";
}

/** A command of these that a person can paste. */
export function commandText(
  command: "install" | "uninstall",
  clients: readonly string[],
  { scope, profile }: { readonly scope: Scope; readonly profile?: string | undefined },
  flags: readonly string[] = [],
): string {
  const words = [...clients, ...scope === "project" ? ["--scope project"] : [], ...flags];
  return ownCommand(`${command} ${words.join(" ")}${profileFlag(profile)}`);
}

/** Where a client's entry of this name is or goes. */
export interface EntryPlace {
  readonly scope: Scope;
  readonly machine: Machine;
  readonly name: string;
  readonly profile?: string | undefined;
}

/**
 * Has something done with a client's file, and says what keeps it from that.
 *
 * @param act told the path, and the folder that it must lie in; returns whether it is done
 * @param onTrouble called when the file cannot be read, understood or written
 */
export async function withClientFile(
  terminal: Terminal,
  client: EditedClient,
  { scope, machine, name }: EntryPlace,
  act: (path: string, within: string | undefined) => Promise<boolean>,
  onTrouble: () => void = () => {},
): Promise<boolean> {
  let path;
  try {
    path = await chooseFile(client, scope, machine, name);
    if (path === undefined) {
      terminal.error(`${client.id}: cannot tell where its settings are: HOME is not set`);
      return false;
    }
    // A folder may come from anybody: its links must not choose what is written elsewhere.
    return await act(path, scope === "project" ? machine.cwd : undefined);
  } catch (error) {
    if (error instanceof EditError) {
      terminal.error(`${client.id}: ${path} stays as it is: ${error.message}`);
    } else if (error instanceof ConfigFileError) terminal.error(`${client.id}: ${error.message}`);
    else throw error;
    onTrouble();
    return false;
  }
}
