import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { Machine } from "../../../src/commands/clients/client.ts";
import { CLIENTS, EDITED } from "../../../src/commands/clients/clients.ts";
import { findPlaces, leavesTraces, placeText } from "../../../src/commands/clients/find_places.ts";
import { PLACES } from "../../../src/commands/clients/places.ts";
import { TestDir } from "../../support/test_dir.ts";

function machine(os: Machine["os"], variables: Record<string, string>): Machine {
  return { os, cwd: "/work", read: (name) => variables[name] };
}

async function fresh(client: string, on: Machine): Promise<string | undefined> {
  return (await findPlaces(client, "user", on))?.fresh.replaceAll("\\", "/");
}

Deno.test("each client is in the table, with its source, and nothing else is", () => {
  const known = CLIENTS.map(({ id }) => id).filter((id) => id !== "generic");
  assertEquals([...new Set(PLACES.map(({ client }) => client))].sort(), known.sort());
  assert(PLACES.every(({ source }) => source.length > 0));
});

Deno.test("where each client keeps its servers on each system", async () => {
  const home = "/home/ada";
  const linux = machine("linux", { HOME: home });
  const darwin = machine("darwin", { HOME: "/Users/ada" });
  const windows = machine("windows", {
    USERPROFILE: "/u/ada",
    APPDATA: "/u/ada/AppData/Roaming",
    LOCALAPPDATA: "/u/ada/AppData/Local",
  });
  const table: Record<string, [string, string, string]> = {};
  for (const { id } of EDITED) {
    table[id] = [
      await fresh(id, linux) ?? "",
      await fresh(id, darwin) ?? "",
      await fresh(id, windows) ?? "",
    ];
  }
  const same = (path: string): [string, string, string] => [
    `/home/ada/${path}`,
    `/Users/ada/${path}`,
    `/u/ada/${path}`,
  ];
  assertEquals(table, {
    "claude-code": same(".claude.json"),
    "codex": same(".codex/config.toml"),
    "gemini-cli": same(".gemini/settings.json"),
    "opencode": same(".config/opencode/opencode.json"),
    "hermes": same(".hermes/config.yaml"),
    "vscode": [
      "/home/ada/.config/Code/User/mcp.json",
      "/Users/ada/Library/Application Support/Code/User/mcp.json",
      "/u/ada/AppData/Roaming/Code/User/mcp.json",
    ],
    "copilot-cli": same(".copilot/mcp-config.json"),
    "cursor": same(".cursor/mcp.json"),
    "claude-desktop": [
      "/home/ada/.config/Claude/claude_desktop_config.json",
      "/Users/ada/Library/Application Support/Claude/claude_desktop_config.json",
      "/u/ada/AppData/Roaming/Claude/claude_desktop_config.json",
    ],
  });
});

Deno.test("a client's own variable comes before the home directory; blank counts as unset", async () => {
  const variables = {
    HOME: "/home/ada",
    CLAUDE_CONFIG_DIR: "/c/claude",
    CODEX_HOME: "/c/codex",
    COPILOT_HOME: "/c/copilot",
    GEMINI_CLI_HOME: "/c/gemini",
    HERMES_HOME: "/c/hermes",
    XDG_CONFIG_HOME: "/c/xdg",
  };
  const on = machine("linux", variables);
  assertEquals(await fresh("claude-code", on), "/c/claude/.claude.json");
  assertEquals(await fresh("codex", on), "/c/codex/config.toml");
  assertEquals(await fresh("copilot-cli", on), "/c/copilot/mcp-config.json");
  assertEquals(await fresh("gemini-cli", on), "/c/gemini/.gemini/settings.json");
  assertEquals(await fresh("hermes", on), "/c/hermes/config.yaml");
  assertEquals(await fresh("opencode", on), "/c/xdg/opencode/opencode.json");
  const blank = machine("linux", { HOME: "/home/ada", CODEX_HOME: "  " });
  assertEquals(await fresh("codex", blank), "/home/ada/.codex/config.toml");
});

Deno.test("without a home directory nothing is guessed; the folder's scope needs none", async () => {
  const on = machine("linux", {});
  assertEquals(await findPlaces("codex", "user", on), undefined);
  assertEquals(await findPlaces("codex", "project", on), undefined);
  const project = await findPlaces("claude-code", "project", on);
  assertEquals(project?.fresh.replaceAll("\\", "/"), "/work/.mcp.json");
});

Deno.test("OpenCode's .jsonc comes before its .json", async () => {
  await using dir = await TestDir.make();
  await Deno.mkdir(dir.at("opencode"));
  const on = machine("linux", { XDG_CONFIG_HOME: dir.path });
  await Deno.writeTextFile(dir.at("opencode", "opencode.json"), "{}");
  assertEquals((await findPlaces("opencode", "user", on))?.existing, [
    dir.at("opencode", "opencode.json"),
  ]);
  await Deno.writeTextFile(dir.at("opencode", "opencode.jsonc"), "{}");
  assertEquals(
    (await findPlaces("opencode", "user", on))?.existing[0],
    dir.at("opencode", "opencode.jsonc"),
  );
});

Deno.test("Claude Desktop as an MSIX package has a view of its own of %APPDATA%", async () => {
  await using dir = await TestDir.make();
  const on = machine("windows", { LOCALAPPDATA: dir.at("Local"), APPDATA: dir.at("Roaming") });
  const file = ["Claude", "claude_desktop_config.json"];
  assertEquals((await findPlaces("claude-desktop", "user", on))?.fresh, dir.at("Roaming", ...file));
  const inside = ["Local", "Packages", "Claude_pzs8sxrjxfjjc", "LocalCache", "Roaming"];
  await Deno.mkdir(dir.at(...inside), { recursive: true });
  await Deno.mkdir(dir.at("Local", "Packages", "Other_1"));
  assertEquals(
    (await findPlaces("claude-desktop", "user", on))?.fresh,
    dir.at(...inside, ...file),
  );
  await Deno.mkdir(dir.at("Roaming", "Claude"), { recursive: true });
  await Deno.writeTextFile(dir.at("Roaming", ...file), "{}");
  assertEquals((await findPlaces("claude-desktop", "user", on))?.existing, [
    dir.at("Roaming", ...file),
  ]);
});

Deno.test("a client has left traces where its file or something beside it is", async () => {
  await using dir = await TestDir.make();
  const on = machine("linux", { HOME: dir.path });
  for (const { id } of EDITED) assertEquals(await leavesTraces(id, on), false, id);
  await Deno.mkdir(dir.at(".codex"));
  assertEquals(await leavesTraces("codex", on), false);
  await Deno.writeTextFile(dir.at(".codex", "auth.json"), "{}");
  assertEquals(await leavesTraces("codex", on), true);
  // The home directory itself is nobody's trace.
  assertEquals(await leavesTraces("claude-code", on), false);
  await Deno.writeTextFile(dir.at(".claude.json"), "{}");
  assertEquals(await leavesTraces("claude-code", on), true);
});

Deno.test("a place as a text fits any home directory", () => {
  const on = machine("linux", { HOME: "/home/ada" });
  assertEquals(placeText("cursor", on), "~/.cursor/mcp.json");
  assertEquals(placeText("zed", machine("windows", {})), "{APPDATA}/Zed/settings.json");
  assertEquals(placeText("generic", on), undefined);
  assertEquals(join("a", "b").length, 3);
});
