import { field, isObject } from "../../lib/json.ts";
import { jsonFormat } from "../edit/json_format.ts";
import { type Client, listLaunch } from "./client.ts";

/** Its version 2 has the servers one level deeper; a file in that shape keeps it. */
export const opencode: Client = {
  id: "opencode",
  name: "OpenCode",
  program: "opencode",
  format: jsonFormat({ comments: true, trailingCommas: true }),
  entryPath: (config, name) => {
    const servers = field(field(config, "mcp"), "servers");
    return isServerMap(servers) ? ["mcp", "servers", name] : ["mcp", name];
  },
  entry: ({ command, args }) => ({ type: "local", command: [command, ...args] }),
  launchOf: listLaunch,
  after: () => ["restart it; opencode mcp list shows the server"],
};

/** In version 1 a server may be called "servers": it is told by its own keys. */
function isServerMap(value: unknown): boolean {
  if (!isObject(value)) return false;
  return !["type", "command", "url", "enabled"].some((key) =>
    Object.hasOwn(value, key) && !isObject(value[key])
  );
}
