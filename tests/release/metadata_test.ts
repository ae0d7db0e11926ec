import { assert, assertEquals, assertMatch } from "@std/assert";
import { manifest } from "../../scripts/mcpb.ts";
import { registryName } from "../../scripts/release/project.ts";
import { serverJson } from "../../scripts/release/server_json.ts";
import { TARGETS } from "../../scripts/release/targets.ts";

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

Deno.test("server.json requires nothing that auth login may have saved", () => {
  const [npm] = JSON.parse(serverJson([])).packages;
  const variables: { isRequired: boolean }[] = npm.environmentVariables;
  assertEquals(variables.filter(({ isRequired }) => isRequired), []);
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
