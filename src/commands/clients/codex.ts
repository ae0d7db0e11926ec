import { TOML } from "../edit/toml_format.ts";
import { type Client, commandEntry, commandLaunch } from "./client.ts";

export const codex: Client = {
  id: "codex",
  name: "codex",
  program: "codex",
  format: TOML,
  entryPath: (_, name) => ["mcp_servers", name],
  entry: commandEntry,
  launchOf: commandLaunch,
  after: () => ["restart it; codex mcp list shows the server"],
};
