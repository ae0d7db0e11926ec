import { jsonFormat } from "../edit/json_format.ts";
import { type Client, commandEntry, commandLaunch } from "./client.ts";

export const vscode: Client = {
  id: "vscode",
  name: "VS Code",
  program: "code",
  format: jsonFormat({ comments: true, trailingCommas: true }),
  entryPath: (_, name) => ["servers", name],
  entry: (launch) => ({ type: "stdio", ...commandEntry(launch) }),
  launchOf: commandLaunch,
  after: (name) => [`run "MCP: List Servers" and start ${name}; it asks once whether to trust it`],
};
