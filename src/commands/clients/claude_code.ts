import { jsonFormat } from "../edit/json_format.ts";
import { type Client, commandEntry, commandLaunch } from "./client.ts";

/** It writes its file itself, too, while it runs. */
export const claudeCode: Client = {
  id: "claude-code",
  name: "Claude Code",
  program: "claude",
  format: jsonFormat({ comments: false, trailingCommas: false }),
  entryPath: (_, name) => ["mcpServers", name],
  // As `claude mcp add` writes it.
  entry: (launch) => ({ type: "stdio", ...commandEntry(launch) }),
  launchOf: commandLaunch,
  after: (_, scope) => [
    scope === "project"
      ? "restart it in this folder, and approve the server when it asks (/mcp shows it)"
      : "restart it (in a session: /mcp shows the server)",
  ],
  optional: (name) => ({
    purpose: "for messages pushed into the session, start Claude Code (2.1.80 or newer) with",
    command: `claude --dangerously-load-development-channels server:${name}`,
  }),
};
