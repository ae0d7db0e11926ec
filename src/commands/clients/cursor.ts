import { jsonFormat } from "../edit/json_format.ts";
import { type Client, commandEntry, commandLaunch } from "./client.ts";

export const cursor: Client = {
  id: "cursor",
  name: "Cursor",
  program: "cursor",
  format: jsonFormat({ comments: true, trailingCommas: true }),
  entryPath: (_, name) => ["mcpServers", name],
  entry: commandEntry,
  launchOf: commandLaunch,
  after: (name) => [`open Settings, Tools & MCP, and switch ${name} on`],
};
