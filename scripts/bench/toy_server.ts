/**
 * What the SDK's documentation shows: `McpServer`, its stdio transport and one tool, which fetches
 * the list of peers with a plain `fetch` and returns it as text. `bench/calls.ts` measures beside it.
 *
 * @module
 */
// The SDK's "exports" hide the types of its ".js" paths from Deno: hence the pragmas.
// @ts-types="@modelcontextprotocol/sdk/server/mcp"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
// @ts-types="@modelcontextprotocol/sdk/server/stdio"
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import * as z from "zod";

const id = Deno.env.get("WORKSPACE_ID") ?? "";
const url = `${Deno.env.get("PLATFORM_URL")}/registry/${id}/peers`;
const headers = {
  Authorization: `Bearer ${Deno.env.get("MOLECULE_WORKSPACE_TOKEN")}`,
  "X-Workspace-ID": id,
};

interface Row {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly role: string | null;
}

const server = new McpServer({ name: "toy", version: "1.0.0" });
server.registerTool("list_peers", {
  description: "List the peers",
  inputSchema: { source_workspace_id: z.string().optional() },
}, async () => {
  const response = await fetch(url, { headers });
  const rows: readonly Row[] = await response.json();
  const lines = rows.map(({ id, name, status, role }) =>
    `- ${name} (ID: ${id}, status: ${status}, role: ${role ?? ""})`
  );
  return { content: [{ type: "text", text: lines.join("\n") }] };
});
await server.connect(new StdioServerTransport());
