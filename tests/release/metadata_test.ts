import { assert, assertEquals, assertMatch } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { manifest, mcpb } from "../../scripts/mcpb.ts";
import { registryName } from "../../scripts/release/project.ts";
import { serverJson } from "../../scripts/release/server_json.ts";
import { executableName, TARGETS } from "../../scripts/release/targets.ts";
import { runTool } from "../../scripts/tools/tools.ts";
import { VERSION } from "../../src/version.ts";
import { fakeExecutable } from "./testing.ts";
import { TestDir } from "../support/test_dir.ts";

Deno.test("the program's version is that of deno.json", () => {
  assertEquals(VERSION, config.version);
});

// The registry's schema of 2025-12-11, as far as this entry uses it.
Deno.test("server.json keeps the registry's rules", () => {
  const server = JSON.parse(serverJson([{ name: "a.mcpb", sha256: "0".repeat(64) }]));
  assertMatch(server.name, /^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/);
  assertEquals(server.name, registryName);
  assert(server.description.length <= 100);
  assertMatch(server.version, /^\d+\.\d+\.\d+$/);
  const [npm, bundle] = server.packages;
  assertEquals([npm.registryType, npm.version], ["npm", server.version]);
  assertEquals(bundle.registryType, "mcpb");
  assertMatch(bundle.fileSha256, /^[a-f0-9]{64}$/);
  assertMatch(
    bundle.identifier,
    /^https:\/\/github\.com\/.*\/releases\/download\/v[\d.]+\/a\.mcpb$/,
  );
});

Deno.test("server.json marks what holds a token as secret", () => {
  const [npm] = JSON.parse(serverJson([])).packages;
  const variables: { name: string; isSecret?: boolean }[] = npm.environmentVariables;
  assertEquals(
    variables.filter(({ isSecret }) => isSecret).map(({ name }) => name),
    ["MOLECULE_WORKSPACE_TOKEN", "MOLECULE_WORKSPACES"],
  );
});

Deno.test("the manifest of a bundle asks for three settings and keeps the token secret", () => {
  const [linux] = TARGETS;
  assert(linux);
  const { user_config, server } = manifest(linux, "server/molecule-mcp");
  assertEquals(Object.keys(user_config), ["workspace_id", "platform_url", "token"]);
  assertEquals(user_config.token.sensitive, true);
  assertEquals(server.mcp_config.args, []);
  assertEquals(server.mcp_config.env.MOLECULE_WORKSPACE_TOKEN, "${user_config.token}");
});

Deno.test("a bundle passes the official validator and holds the executable", async () => {
  for (const target of TARGETS.filter(({ arch }) => arch === "x86_64")) {
    await using dir = await TestDir.make();
    const program = fakeExecutable("linux x86_64");
    await Deno.writeFile(dir.at(executableName(target)), program);
    const name = await mcpb(target, dir.url);
    await runTool("mcpb", ["unpack", dir.at(name), dir.at("unpacked")], dir.path);
    await runTool("mcpb", ["validate", dir.at("unpacked", "manifest.json")], dir.path);
    const { server } = JSON.parse(await Deno.readTextFile(dir.at("unpacked", "manifest.json")));
    const unpacked = dir.at("unpacked", ...server.entry_point.split("/"));
    assertEquals(await Deno.readFile(unpacked), program);
    if (Deno.build.os !== "windows") {
      assertEquals(((await Deno.stat(unpacked)).mode ?? 0) & 0o111, 0o111);
    }
  }
});
