import { lookAtDirectory } from "../../../src/commands/support/look_at_directory.ts";
import { assertEquals, assertMatch } from "@std/assert";
import { checkToken, type TokenReport } from "../../../src/commands/probe/check_token.ts";
import { parseSettings } from "../../../src/config/settings.ts";
import { startLocalPlatform } from "../../../src/local/start.ts";
import { createTeam } from "../../../src/local/team.ts";
import { environment } from "../../config/support.ts";
import { TestDir } from "../../support/test_dir.ts";

const { signal } = new AbortController();

/** What is said of the token of these variables; undefined where they are not complete. */
async function checked(variables: Record<string, string>): Promise<TokenReport | undefined> {
  const result = await parseSettings(environment(variables), { onlyLook: lookAtDirectory });
  return "settings" in result
    ? await checkToken(result.settings, { signal, logIn: "log in" })
    : undefined;
}

Deno.test("one line for each workspace says whether its token is accepted", async () => {
  await using dir = await TestDir.make();
  await using platform = await startLocalPlatform();
  const [lead, other] = await createTeam(platform);
  if (!lead || !other) throw new Error("No team");
  const env = { PLATFORM_URL: platform.url, CONFIGS_DIR: dir.path };
  const check = (variables: Record<string, string>) => checked({ ...env, ...variables });
  const one = { WORKSPACE_ID: lead.id, MOLECULE_WORKSPACE_TOKEN: lead.token };
  assertEquals(await check(one), { lines: ['Token: accepted, as "Lead"; 2 peers.'] });
  assertEquals(await check({}), undefined);
  const many = [{ id: lead.id, token: lead.token }, { id: other.id, token: "tok-wrong" }];
  const { lines: [first, second], next } =
    await check({ MOLECULE_WORKSPACES: JSON.stringify(many) }) ?? { lines: [] };
  assertEquals(first, `Token of workspace ${lead.id}: accepted, as "Lead"; 2 peers.`);
  assertMatch(second ?? "", /: refused\. .* refuses the token \(401\): it was revoked, .*\.$/);
  assertEquals(next, "molecule-mcp auth login");
});

Deno.test("a saved token that is refused does no harm where another one is accepted", async () => {
  await using dir = await TestDir.make();
  await using platform = await startLocalPlatform();
  const [lead] = await createTeam(platform);
  if (!lead) throw new Error("No team");
  await dir.write(".auth_token", "tok-stale");
  const said = await checked({
    PLATFORM_URL: platform.url,
    CONFIGS_DIR: dir.path,
    WORKSPACE_ID: lead.id,
    MOLECULE_WORKSPACE_TOKEN: lead.token,
  });
  assertEquals(said, { lines: ['Token: accepted, as "Lead"; 2 peers.'] });
});

Deno.test("without a token, logging in is what comes next", async () => {
  await using dir = await TestDir.make();
  const { settings } = await withToken(dir);
  await dir.write(".auth_token", "");
  assertEquals(await checkToken(settings, { signal, logIn: "log in" }), {
    lines: ["Token: there is none that can be used."],
    next: "log in",
  });
});

/** Settings that are complete, with a saved token. */
async function withToken(dir: TestDir) {
  await dir.write(".auth_token", "tok");
  const result = await parseSettings(
    environment({
      PLATFORM_URL: "http://127.0.0.1:9",
      CONFIGS_DIR: dir.path,
      WORKSPACE_ID: "3f6b1c58-9a0e-4d27-8b41-6c2d5e7fa101",
    }),
    { onlyLook: lookAtDirectory },
  );
  if (!("settings" in result)) throw new Error("Not complete");
  return result;
}
