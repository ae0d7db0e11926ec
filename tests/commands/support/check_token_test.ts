import { lookAtDirectory } from "../../../src/commands/support/look_at_directory.ts";
import { assertEquals, assertMatch } from "@std/assert";
import { checkToken } from "../../../src/commands/support/check_token.ts";
import { parseSettings } from "../../../src/config/settings.ts";
import { startLocalPlatform } from "../../../src/local/start.ts";
import { createTeam } from "../../../src/local/team.ts";
import { environment } from "../../config/support.ts";
import { TestDir } from "../../support/test_dir.ts";

const { signal } = new AbortController();

/** What is said of the token of these variables; undefined where they are not complete. */
async function checked(variables: Record<string, string>): Promise<string | undefined> {
  const result = await parseSettings(environment(variables), { onlyLook: lookAtDirectory });
  return "settings" in result ? await checkToken(result.settings, signal) : undefined;
}

Deno.test("one line for each workspace says whether its token is accepted", async () => {
  await using dir = await TestDir.make();
  await using platform = await startLocalPlatform();
  const [lead, other] = await createTeam(platform);
  if (!lead || !other) throw new Error("No team");
  const env = { PLATFORM_URL: platform.url, CONFIGS_DIR: dir.path };
  const check = (variables: Record<string, string>) => checked({ ...env, ...variables });
  const one = { WORKSPACE_ID: lead.id, MOLECULE_WORKSPACE_TOKEN: lead.token };
  assertEquals(await check(one), 'Token: accepted, as "Lead"; 2 peers.');
  assertEquals(await check({}), undefined);
  const many = [{ id: lead.id, token: lead.token }, { id: other.id, token: "tok-wrong" }];
  const [first, second] = (await check({ MOLECULE_WORKSPACES: JSON.stringify(many) }) ?? "").split(
    "\n",
  );
  assertEquals(first, `Token of workspace ${lead.id}: accepted, as "Lead"; 2 peers.`);
  assertMatch(second ?? "", /: refused\. .* answered 401: invalid workspace auth token\.$/);
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
  assertEquals(said, 'Token: accepted, as "Lead"; 2 peers.');
});
