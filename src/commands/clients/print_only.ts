import { jsonFormat } from "../edit/json_format.ts";
import { type Client, commandEntry, commandLaunch, type Launch, listLaunch } from "./client.ts";

/** For their snippets only. */
const JSON_TEXT = jsonFormat({ comments: true, trailingCommas: true });
const RESTART = () => ["restart it"];

/** Whoever has `mcpServers`, as most clients do. */
function mcpServers(id: string, name: string): Client {
  return {
    id,
    name,
    entryPath: (_, name) => ["mcpServers", name],
    entry: commandEntry,
    launchOf: commandLaunch,
    after: RESTART,
  };
}

/** Clients whose files this program does not edit: what to paste, and where. */
export const PRINT_ONLY: readonly Client[] = [
  mcpServers("windsurf", "Windsurf"),
  mcpServers("cline", "Cline"),
  {
    ...mcpServers("zed", "Zed"),
    entryPath: (_, name) => ["context_servers", name],
    entry: (launch) => ({ ...commandEntry(launch), args: launch.args }),
  },
  { ...mcpServers("continue", "Continue"), snippet: continueSnippet },
  {
    ...mcpServers("kilo", "Kilo Code"),
    entryPath: (_, name) => ["mcp", name],
    entry: ({ command, args }) => ({ type: "local", command: [command, ...args], enabled: true }),
    launchOf: listLaunch,
  },
  {
    ...mcpServers("openclaw", "OpenClaw"),
    entryPath: (_, name) => ["mcp", "servers", name],
  },
  mcpServers("generic", "any other client"),
];

/** What to paste for a client. */
export function snippetOf(client: Client, launch: Launch, name: string): string {
  if (client.snippet) return client.snippet(launch, name);
  const { format = JSON_TEXT } = client;
  return format.snippet(client.entryPath(undefined, name), client.entry(launch));
}

/** Its servers are a list. */
function continueSnippet({ command, args }: Launch, name: string): string {
  const lines = [
    "mcpServers:",
    `  - name: ${JSON.stringify(name)}`,
    `    command: ${JSON.stringify(command)}`,
  ];
  if (args.length > 0) lines.push(`    args: ${JSON.stringify(args)}`);
  return lines.join("\n");
}
