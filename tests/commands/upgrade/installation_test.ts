import { assertEquals } from "@std/assert";
import { isAbsolute } from "@std/path";
import {
  installationKind,
  type OwnPlace,
  upgradeOf,
} from "../../../src/commands/upgrade/installation.ts";
import { GITHUB } from "../../../src/commands/upgrade/newest_release.ts";
import { testUnless } from "../../support/test_unless.ts";

const IS_WINDOWS = Deno.build.os === "windows";
const NOT_WINDOWS = IS_WINDOWS ? undefined : "only Windows has such paths";
const ON_WINDOWS = IS_WINDOWS ? "Windows has other paths" : undefined;
const EMBEDDED = "file:///tmp/deno-compile-molecule-mcp/more.js";
const VERSIONS = { current: "0.1.0", version: "0.2.0", base: GITHUB.base };

function unix(place: Partial<OwnPlace>): OwnPlace {
  return { moduleUrl: EMBEDDED, os: "linux", home: "/home/ada", ...place };
}

const KINDS: readonly (readonly [string, OwnPlace])[] = [
  ["executable", unix({ executable: "/home/ada/.local/bin/molecule-mcp" })],
  ["renamed", unix({ executable: "/home/ada/Downloads/molecule-mcp-linux-x86_64" })],
  ["mcpb", unix({ executable: "/Users/a/Library/Claude/Claude Extensions/x/server/molecule-mcp" })],
  [
    "npx",
    unix({
      moduleUrl:
        "file:///home/ada/.npm/_npx/0123abcd/node_modules/molecule-mcp/molecule-mcp-more.js",
    }),
  ],
  ["npm", unix({ moduleUrl: "file:///usr/lib/node_modules/molecule-mcp/molecule-mcp-more.js" })],
  ["url", unix({ moduleUrl: "https://example.com/molecule-mcp-more.js" })],
  ["file", unix({ moduleUrl: "file:///opt/molecule-mcp-more.js" })],
  ["source", unix({ moduleUrl: "file:///home/ada/molecule-mcp/src/commands/upgrade.ts" })],
];

for (const [kind, place] of KINDS) {
  Deno.test(`it knows the kind ${kind}`, () => assertEquals(installationKind(place), kind));
}

const INSTALL = `${GITHUB.base}/latest/download/install`;
const COMMANDS: readonly (readonly [OwnPlace, string | undefined])[] = [
  [unix({ executable: "/home/ada/.local/bin/molecule-mcp" }), `curl -fsSL ${INSTALL}.sh | sh`],
  [
    unix({ executable: "/opt/it's here/molecule-mcp" }),
    `curl -fsSL ${INSTALL}.sh | env MOLECULE_MCP_INSTALL_DIR='/opt/it'\\''s here' sh`,
  ],
  [
    unix({ moduleUrl: "file:///usr/lib/node_modules/molecule-mcp/molecule-mcp-more.js" }),
    "npm install --global molecule-mcp@0.2.0",
  ],
  [
    unix({ moduleUrl: "file:///home/ada/p/node_modules/molecule-mcp/molecule-mcp-more.js" }),
    "npm install molecule-mcp@0.2.0",
  ],
  [
    unix({ moduleUrl: "file:///x/_npx/1/node_modules/molecule-mcp/molecule-mcp-more.js" }),
    undefined,
  ],
  [
    unix({ moduleUrl: `${GITHUB.base}/latest/download/molecule-mcp-more.js` }),
    `deno cache --reload ${GITHUB.base}/latest/download/molecule-mcp.js`,
  ],
  [unix({ moduleUrl: "file:///home/ada/molecule-mcp/src/commands/upgrade.ts" }), "git pull"],
];

for (const [place, command] of COMMANDS) {
  testUnless(ON_WINDOWS, `the command for ${place.executable ?? place.moduleUrl}`, () => {
    assertEquals(upgradeOf(place, VERSIONS).command, command);
  });
}

Deno.test("a URL with a version becomes one with the new version", () => {
  const moduleUrl = `${GITHUB.base}/download/v0.1.0/molecule-mcp-more.js`;
  assertEquals(upgradeOf(unix({ moduleUrl }), VERSIONS).advice, [
    `In the client's entry, ${GITHUB.base}/download/v0.1.0/molecule-mcp.js becomes ` +
    `${GITHUB.base}/download/v0.2.0/molecule-mcp.js. Then restart the MCP client.`,
  ]);
});

testUnless(ON_WINDOWS, "a mirror stays the mirror", () => {
  const place = unix({ executable: "/home/ada/.local/bin/molecule-mcp" });
  assertEquals(
    upgradeOf(place, { ...VERSIONS, base: "https://mirror.example/it's" }).command,
    `curl -fsSL 'https://mirror.example/it'\\''s/latest/download/install.sh' | ` +
      `env MOLECULE_MCP_BASE_URL='https://mirror.example/it'\\''s' sh`,
  );
});

testUnless(NOT_WINDOWS, "on Windows the installer is PowerShell's", () => {
  const localAppData = "C:\\Users\\Ada\\AppData\\Local";
  const place = (executable: string): OwnPlace => ({
    moduleUrl: EMBEDDED,
    os: "windows",
    executable,
    localAppData,
  });
  assertEquals(isAbsolute(localAppData), true);
  assertEquals(
    upgradeOf(place(`${localAppData}\\Programs\\molecule-mcp\\molecule-mcp.exe`), VERSIONS).command,
    `irm ${INSTALL}.ps1 | iex`,
  );
  assertEquals(
    upgradeOf(place("D:\\Ada's\\molecule-mcp.exe"), VERSIONS).command,
    `$env:MOLECULE_MCP_INSTALL_DIR = 'D:\\Ada''s'; irm ${INSTALL}.ps1 | iex`,
  );
});
