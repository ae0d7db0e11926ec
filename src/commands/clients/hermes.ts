import { YAML } from "../edit/yaml_format.ts";
import { type Client, commandEntry, commandLaunch } from "./client.ts";

export const hermes: Client = {
  id: "hermes",
  name: "hermes",
  program: "hermes",
  format: YAML,
  entryPath: (_, name) => ["mcp_servers", name],
  entry: commandEntry,
  launchOf: commandLaunch,
  after: () => ["restart it, or /reload-mcp in a session"],
};
