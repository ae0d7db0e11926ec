import { field, isObject, textField } from "../../lib/json.ts";
import type { EditedClient } from "./clients.ts";
import { startsMolecule } from "./recognise.ts";

/** The variables whose value is a token, or holds some. */
const TOKENS = ["MOLECULE_WORKSPACE_TOKEN", "MOLECULE_WORKSPACES"];

/** A server's entry and where it stands. */
export interface Server {
  readonly name: string;
  /** `folder` is Claude Code's `local` scope: in the user's file, for one folder. */
  readonly scope: "user" | "project" | "folder";
  /** Where it holds, with the scope `folder`. */
  readonly folder?: string;
  readonly entry: unknown;
}

/** The servers of a file that start a molecule-mcp, or are called as if they did. */
export function serversIn(
  client: EditedClient,
  config: unknown,
  scope: "user" | "project",
): readonly Server[] {
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

/** The names of the variables that an entry sets. */
export function variablesOf(entry: unknown): readonly string[] {
  const set = setBy(entry);
  return isObject(set) ? Object.keys(set) : [];
}

/** Whether a workspace's token itself stands in an entry, and not only the name of what has it. */
export function holdsToken(entry: unknown): boolean {
  return TOKENS.some((name) => {
    const value = textField(setBy(entry), name);
    return value !== undefined && !/^(\$|\{(env|file):)/.test(value);
  });
}

function setBy(entry: unknown): unknown {
  return field(entry, "env") ?? field(entry, "environment");
}

function membersOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isObject(value) ? Object.entries(value) : [];
}
