import { jsonFormat } from "../edit/json_format.ts";
import { type Client, commandEntry, commandLaunch } from "./client.ts";

/** It strips comments, and then reads strict JSON. */
export const geminiCli: Client = {
  id: "gemini-cli",
  name: "Gemini CLI",
  program: "gemini",
  format: jsonFormat({ comments: true, trailingCommas: false }),
  entryPath: (_, name) => ["mcpServers", name],
  entry: commandEntry,
  launchOf: commandLaunch,
  after: () => [
    "restart it in a folder that it trusts (/permissions): it starts no server in others",
  ],
};
