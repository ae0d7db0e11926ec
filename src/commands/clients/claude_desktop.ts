import { jsonFormat } from "../edit/json_format.ts";
import { type Client, commandEntry, commandLaunch } from "./client.ts";

export const claudeDesktop: Client = {
  id: "claude-desktop",
  name: "Claude Desktop",
  format: jsonFormat({ comments: false, trailingCommas: false }),
  entryPath: (_, name) => ["mcpServers", name],
  entry: commandEntry,
  launchOf: commandLaunch,
  after: () => ["quit it (closing the window is not enough) and start it again"],
};
