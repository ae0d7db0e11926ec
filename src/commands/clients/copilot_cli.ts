import { jsonFormat } from "../edit/json_format.ts";
import { type Client, commandEntry, commandLaunch } from "./client.ts";

export const copilotCli: Client = {
  id: "copilot-cli",
  name: "GitHub Copilot CLI",
  program: "copilot",
  format: jsonFormat({ comments: true, trailingCommas: true }),
  entryPath: (_, name) => ["mcpServers", name],
  // It offers only the tools that are named.
  entry: (launch) => ({ type: "local", ...commandEntry(launch), args: launch.args, tools: ["*"] }),
  launchOf: commandLaunch,
  after: () => ["restart it; /mcp show lists the server"],
};
