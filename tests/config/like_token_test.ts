import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { holdsToken, isLikeToken } from "../../src/config/like_token.ts";
import { TestDir } from "../support/test_dir.ts";
import { complete, environment, settingsOf } from "./support.ts";
import { parseSettings } from "../../src/config/settings.ts";

/** As the platform makes them. */
const TOKEN = "Zm9vYmFyLWJhei1xdXV4_1234567890abcdefghIJKL".slice(0, 43);
const HEX = "0123456789abcdef".repeat(4);

async function problemsOf(variables: Record<string, string>, profile?: string) {
  const result = await parseSettings(environment(variables), { profile });
  return "problems" in result ? result.problems : [];
}

Deno.test("a token where something else belongs is refused, and not shown", async () => {
  await using dir = await TestDir.make();
  const wrong: readonly (readonly [string, string])[] = [
    ["MOLECULE_ORG_ID", TOKEN],
    ["MOLECULE_ORG_ID", HEX],
    ["MOLECULE_ORGANIZATION_ID", TOKEN],
    ["WORKSPACE_ID", TOKEN],
    ["WORKSPACE_ID", HEX],
    ["MOLECULE_AGENT_NAME", TOKEN],
    ["MOLECULE_AGENT_DESCRIPTION", `Reviews code (${TOKEN}).`],
    ["PLATFORM_URL", `https://platform.example.com/${TOKEN}`],
    ["PLATFORM_URL", `https://user:${TOKEN}@platform.example.com`],
    ["PLATFORM_URL", TOKEN],
    ["MOLECULE_WORKSPACES", JSON.stringify([{ id: HEX, token: "t" }])],
  ];
  for (const [name, value] of wrong) {
    const problems = await problemsOf({ ...complete(dir), [name]: value });
    assertEquals(problems.map(({ variable }) => variable), [name]);
    const text = JSON.stringify(problems);
    assert(!text.includes(TOKEN) && !text.includes(HEX), text);
  }
  const [profile] = await problemsOf(complete(dir), HEX);
  assertEquals(profile?.variable, "--profile");
  assertStringIncludes(profile?.message ?? "", "looks like a token (64 characters, not shown)");
});

Deno.test("in settings.json it is named by its key", async () => {
  await using dir = await TestDir.make();
  const { WORKSPACE_ID: workspace_id, PLATFORM_URL: platform_url } = complete(dir);
  await dir.write("settings.json", JSON.stringify({ workspace_id, platform_url, org_id: TOKEN }));
  const [problem] = await problemsOf({
    CONFIGS_DIR: dir.path,
    MOLECULE_WORKSPACE_TOKEN: "tok",
  });
  assertEquals(problem?.variable, `org_id in ${dir.at("settings.json")}`);
  assertStringIncludes(problem?.message ?? "", "was not sent");
});

Deno.test("what people call organisations, and write about agents, is no token", async () => {
  await using dir = await TestDir.make();
  for (
    const id of [
      "acme",
      crypto.randomUUID(),
      "the-international-society-for-very-long-names-of-things",
    ]
  ) {
    assertEquals(isLikeToken(id), false, id);
  }
  const prose = [
    "Reviews code at https://docs.example.com/document/d/1A2b3C4d5E6f7G8h9I0jKlMnOpQrStUvWxYz_-1234567/edit",
    "commit 0123456789abcdef0123456789abcdef01234567",
    "MOLECULE_WORKSPACE_TOKEN_FILE_AND_SOME_MORE_WORDS",
  ];
  for (const text of prose) assertEquals(holdsToken(text), false, text);
  const [text = ""] = prose;
  const { settings } = await settingsOf({ ...complete(dir), MOLECULE_AGENT_DESCRIPTION: text });
  assertEquals(settings.agentCard.description, text);
});
