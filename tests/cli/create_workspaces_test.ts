import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { createWorkspaces } from "../../src/cli/create_workspaces.ts";
import type { Workspace } from "../../src/auth/credentials.ts";
import { TestDir } from "../support/test_dir.ts";
import { complete, settingsOf } from "../config/support.ts";

/** The workspaces that these variables make, and what was reported. */
async function built(
  variables: Record<string, string>,
): Promise<{ workspaces: readonly Workspace[]; lines: string[] }> {
  const lines: string[] = [];
  const { settings } = await settingsOf(variables);
  const registry = createWorkspaces(settings, (line) => lines.push(line));
  return { workspaces: registry.list(), lines };
}

function several(dir: TestDir): Record<string, string> {
  return {
    PLATFORM_URL: "https://acme.example/base/",
    CONFIGS_DIR: dir.path,
    MOLECULE_ORG_ID: "org",
    MOLECULE_WORKSPACES: JSON.stringify([
      { id: "ws-a", token: "tok-a" },
      { id: "ws-b", token: "tok-b", platform_url: "https://other.example" },
    ]),
  };
}

Deno.test("a single workspace keeps its secrets under the reference's file names", async () => {
  await using dir = await TestDir.make();
  const { workspaces: [workspace] } = await built(complete(dir));
  assert(workspace);
  await workspace.tokens.save("tok-new");
  await workspace.inboundSecret.save("secret-new");
  assertEquals(await dir.names(), [".auth_token", ".platform_inbound_secret"]);
});

Deno.test("a single workspace takes the saved token first, then the variable", async () => {
  await using dir = await TestDir.make();
  const { workspaces: [workspace] } = await built(complete(dir));
  assert(await workspace?.tokens.get() === "tok-1", "Another token is used");
  await dir.write(".auth_token", "tok-saved");
  assert(await workspace?.tokens.refresh() === "tok-saved", "Another token is used");
});

Deno.test("a single workspace takes its token from the token file", async () => {
  await using dir = await TestDir.make();
  const path = await dir.write("token", "tok-of-file\n");
  const { MOLECULE_WORKSPACE_TOKEN: _, ...others } = complete(dir);
  const { workspaces: [workspace] } = await built({
    ...others,
    MOLECULE_WORKSPACE_TOKEN_FILE: path,
  });
  assert(await workspace?.tokens.get() === "tok-of-file", "Another token is used");
});

Deno.test("with several workspaces, each has its own files", async () => {
  await using dir = await TestDir.make();
  const { workspaces } = await built(several(dir));
  for (const { tokens, inboundSecret, id } of workspaces) {
    await tokens.save(`tok-of-${id}`);
    await inboundSecret.save(`secret-of-${id}`);
  }
  assertEquals(await dir.names(), [
    ".auth_token_ws-a",
    ".auth_token_ws-b",
    ".platform_inbound_secret_ws-a",
    ".platform_inbound_secret_ws-b",
  ]);
  assert(await Deno.readTextFile(join(dir.path, ".auth_token_ws-b")) === "tok-of-ws-b");
});

Deno.test("several workspaces do not touch the files of a single one", async () => {
  await using dir = await TestDir.make();
  await dir.write(".auth_token", "tok-of-single");
  const { workspaces: [first] } = await built(several(dir));
  assert(await first?.tokens.get() === "tok-a", "Another token is used");
});

Deno.test("each workspace has its platform, Origin and organisation, in order", async () => {
  await using dir = await TestDir.make();
  const { workspaces, lines } = await built(several(dir));
  assertEquals(workspaces.map(({ id, baseUrl, origin, orgId }) => [id, baseUrl, origin, orgId]), [
    ["ws-a", "https://acme.example/base", "https://acme.example", "org"],
    ["ws-b", "https://other.example", "https://other.example", undefined],
  ]);
  assertEquals(lines, []);
});

Deno.test("a choice between tokens is reported by the names of their places", async () => {
  await using dir = await TestDir.make();
  await dir.write(".auth_token_ws-a", "tok-saved");
  const { workspaces: [first] } = await built(several(dir));
  const line = await first?.tokens.describeChoice() ?? "";
  assert(line.includes(".auth_token_ws-a") && line.includes("MOLECULE_WORKSPACES"), line);
});

Deno.test("a token that is saved for another platform meanwhile is not sent to this one", async () => {
  await using dir = await TestDir.make();
  const save = async (platform: string, token: string) => {
    const settings = { workspace_id: "ws-1", platform_url: platform };
    await dir.write("settings.json", JSON.stringify(settings));
    await dir.write(".auth_token", token);
  };
  await save("https://acme.example", "tok-a");
  const { workspaces: [workspace], lines } = await built({ CONFIGS_DIR: dir.path });
  assert(workspace);
  assertEquals(await workspace.tokens.get(), "tok-a");
  await save("https://evil.example", "tok-b");
  assertEquals(await workspace.tokens.refuse("tok-a"), undefined);
  assertEquals(await workspace.tokens.refresh(), undefined);
  assert(
    lines.some((line) => line.includes("names another workspace or platform now")),
    `${lines}`,
  );
  await save("https://acme.example/", "tok-c");
  assertEquals(await workspace.tokens.refresh(), "tok-c");
});

Deno.test("nor where there were no saved settings when it began", async () => {
  await using dir = await TestDir.make();
  const { workspaces: [workspace] } = await built(complete(dir));
  const settings = { workspace_id: "ws-1", platform_url: "https://other.example" };
  await dir.write("settings.json", JSON.stringify(settings));
  await dir.write(".auth_token", "tok-other");
  assertEquals(await workspace?.tokens.refresh(), "tok-1");
});
