import { assertEquals } from "@std/assert";
import { CLIENTS, EDITED } from "../../../src/commands/clients/clients.ts";
import { ownLaunch } from "../../../src/commands/clients/launch.ts";
import { opencode } from "../../../src/commands/clients/opencode.ts";
import { snippetOf } from "../../../src/commands/clients/print_only.ts";
import { putEntry, valueAt } from "../../../src/commands/edit/format.ts";
import { applySplices } from "../../../src/commands/edit/splice.ts";
import { VERSION } from "../../../src/version.ts";

const LAUNCH = { command: "/opt/molecule-mcp", args: ["--profile", "work"] };

Deno.test("each client's entry reads back as what it starts", () => {
  for (const client of EDITED) {
    const path = client.entryPath(undefined, "molecule");
    const text = applySplices("", putEntry(client.format, "", path, client.entry(LAUNCH)));
    const entry = valueAt(client.format.open(text).value, path);
    assertEquals(client.launchOf(entry), LAUNCH, client.id);
    assertEquals(text, `${snippetOf(client, LAUNCH, "molecule")}\n`, client.id);
  }
});

Deno.test("what is not an entry starts nothing", () => {
  for (const client of CLIENTS) {
    for (const entry of [undefined, null, 1, "x", [], {}, { command: 1 }, { command: [1] }]) {
      assertEquals(client.launchOf(entry), undefined, client.id);
    }
  }
});

Deno.test("OpenCode's file keeps its version's shape", () => {
  const at = (config: unknown) => opencode.entryPath(config, "molecule");
  assertEquals(at(undefined), ["mcp", "molecule"]);
  assertEquals(at({ mcp: { a: { type: "local" } } }), ["mcp", "molecule"]);
  assertEquals(at({ mcp: { servers: {} } }), ["mcp", "servers", "molecule"]);
  const v2 = { mcp: { servers: { a: { type: "local" }, type: { type: "local" } } } };
  assertEquals(at(v2), ["mcp", "servers", "molecule"]);
  assertEquals(at({ mcp: { servers: { type: "local", command: ["a"] } } }), ["mcp", "molecule"]);
  assertEquals(at({ mcp: { servers: { enabled: false } } }), ["mcp", "molecule"]);
});

Deno.test("what to paste, for clients whose file is not edited", () => {
  const snippets = CLIENTS.filter(({ format }) => !format)
    .map((client) => [client.id, snippetOf(client, { command: "/m", args: [] }, "molecule")]);
  const mcpServers =
    '{\n  "mcpServers": {\n    "molecule": {\n      "command": "/m"\n    }\n  }\n}';
  assertEquals(Object.fromEntries(snippets), {
    windsurf: mcpServers,
    cline: mcpServers,
    zed: mcpServers.replace("mcpServers", "context_servers")
      .replace('"/m"', '"/m",\n      "args": []'),
    continue: 'mcpServers:\n  - name: "molecule"\n    command: "/m"',
    kilo:
      '{\n  "mcp": {\n    "molecule": {\n      "type": "local",\n      "command": [\n        "/m"\n' +
      '      ],\n      "enabled": true\n    }\n  }\n}',
    openclaw: '{\n  "mcp": {\n    "servers": {\n      "molecule": {\n        "command": "/m"\n' +
      "      }\n    }\n  }\n}",
    generic: mcpServers,
  });
});

Deno.test("under npx an entry is npx with this version, on Windows by its command interpreter", () => {
  const read = (name: string) => name === "MOLECULE_MCP_NPM" ? "1" : undefined;
  const npx = ["-y", `molecule-mcp@${VERSION}`];
  assertEquals(ownLaunch({ os: "linux", cwd: "/", read }), { command: "npx", args: npx });
  assertEquals(ownLaunch({ os: "windows", cwd: "/", read }, "work"), {
    command: "cmd",
    args: ["/c", "npx", ...npx, "--profile", "work"],
  });
});
