import { assertEquals } from "@std/assert";
import {
  type Connection,
  isUnfinishedJson,
  readConnection,
} from "../../../src/commands/auth/connection.ts";

const ID = "3f6b1c58-9a0e-4d27-8b41-6c2d5e7fa101";
const URL = "https://acme.example.net";
const TOKEN = "nW8cPz2LxT6vKq1JrY4hDm0sBf7gUa3eRi9oXnVtQkE";
const ALL: Connection = { workspaceId: ID, platformUrl: URL, token: TOKEN };

const PASTED: Record<string, string> = {
  "the canvas's answer": JSON.stringify({
    connection: {
      workspace_id: ID,
      platform_url: URL,
      auth_token: TOKEN,
      registry_endpoint: `${URL}/registry/register`,
      universal_mcp_snippet: "export WORKSPACE_ID=another MOLECULE_WORKSPACE_TOKEN=another",
    },
  }),
  "its inner object, indented": JSON.stringify(
    { workspace_id: ID, platform_url: URL, auth_token: TOKEN },
    null,
    4,
  ),
  "a client's JSON": JSON.stringify({
    mcpServers: {
      molecule: {
        command: "molecule-mcp",
        env: { WORKSPACE_ID: ID, PLATFORM_URL: URL, MOLECULE_WORKSPACE_TOKEN: TOKEN },
      },
    },
  }),
  "JSON with a comment": `{ // from the canvas\n "workspace_id": "${ID}",\n ` +
    `"platform_url": "${URL}", "auth_token": "${TOKEN}", }`,
  ".env": `WORKSPACE_ID=${ID}\nPLATFORM_URL=${URL}\nMOLECULE_WORKSPACE_TOKEN=${TOKEN}\n`,
  "exports with quotes": `export WORKSPACE_ID='${ID}'\r\nexport PLATFORM_URL="${URL}"\r\n` +
    `export MOLECULE_WORKSPACE_TOKEN="${TOKEN}"`,
  "claude mcp add": `claude mcp add molecule -s user -- env WORKSPACE_ID=${ID} \\\n  ` +
    `PLATFORM_URL=${URL} \\\n  MOLECULE_WORKSPACE_TOKEN=${TOKEN} \\\n  uvx molecule-mcp`,
  "claude mcp add -e": `claude mcp add molecule -e 'WORKSPACE_ID=${ID}' -e PLATFORM_URL="${URL}" ` +
    `--env MOLECULE_WORKSPACE_TOKEN=${TOKEN} -- molecule-mcp`,
  TOML: `[mcp_servers.molecule.env]\nWORKSPACE_ID = "${ID}"\nPLATFORM_URL = "${URL}"\n` +
    `MOLECULE_WORKSPACE_TOKEN = "${TOKEN}"`,
  "inline TOML": `env = { WORKSPACE_ID = "${ID}", PLATFORM_URL = "${URL}", ` +
    `MOLECULE_WORKSPACE_TOKEN = "${TOKEN}" }`,
  YAML: `env:\n  WORKSPACE_ID: ${ID}\n  PLATFORM_URL: ${URL}\n` +
    `  MOLECULE_WORKSPACE_TOKEN: ${TOKEN}`,
  PowerShell: `$env:WORKSPACE_ID = "${ID}"; $env:PLATFORM_URL = "${URL}"\n` +
    `$env:MOLECULE_WORKSPACE_TOKEN = "${TOKEN}"`,
  "bare lines": `${ID}\n${URL}\n${TOKEN}`,
  "bare lines in another order": `  ${TOKEN}\n\n${URL}\n${ID.toUpperCase()}\n`,
};

for (const [name, text] of Object.entries(PASTED)) {
  Deno.test(`a pasted connection is read: ${name}`, () => {
    const found = readConnection(text);
    assertEquals({ ...found, workspaceId: (found.workspaceId ?? "").toLowerCase() }, ALL);
  });
}

Deno.test("the bearer of a curl line is the token, beside named values", () => {
  const line = `curl ${URL} -H "Authorization: Bearer ${TOKEN}" -d '{"workspace_id": "${ID}"}'`;
  assertEquals(readConnection(line), { workspaceId: ID, token: TOKEN });
});

Deno.test("an empty value is none", () => {
  assertEquals(readConnection(`{"workspace_id": "${ID}", "auth_token": " "}`), { workspaceId: ID });
});

Deno.test("one line alone: an id, an address, a token, or nothing", () => {
  assertEquals(readConnection(ID), { workspaceId: ID });
  assertEquals(readConnection("ws-1"), { workspaceId: "ws-1" });
  assertEquals(readConnection(URL), { platformUrl: URL });
  assertEquals(readConnection(TOKEN), { token: TOKEN });
  for (const text of ["", "  ", "Hello there", "{}", "[1]", "{", "WORKSPACE_ID"]) {
    assertEquals(readConnection(text), {}, text);
  }
});

Deno.test("a deep, long or odd JSON is no trouble", () => {
  assertEquals(readConnection(`${"[".repeat(20_000)}${"]".repeat(20_000)}`), {});
  assertEquals(readConnection(JSON.stringify({ __proto__: null, constructor: ID })), {});
  assertEquals(readConnection('{"workspace_id": 7, "platform_url": null}'), {});
});

Deno.test("a JSON is unfinished as long as a brace is open", () => {
  for (const text of ["{", '{"a": {', '{"a": "}"', '{ "a": "\\"}"']) {
    assertEquals(isUnfinishedJson(text), true, text);
  }
  for (const text of ["", "ws-1", "{}", '{"a": 1,}', "WORKSPACE_ID={", "[1"]) {
    assertEquals(isUnfinishedJson(text), false, text);
  }
});
