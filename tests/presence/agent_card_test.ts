import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { parseSettings } from "../../src/config/settings.ts";
import { RememberedCard } from "../../src/presence/agent_card.ts";

const ID = "3f6b1c58-9a0e-4d27-8b41-6c2d5e7fa101";
const CARD = { name: "Tide tables", skills: [{ name: "tides", tags: ["sea"] }], version: "2" };

class Dir implements AsyncDisposable {
  readonly reports: string[] = [];
  private constructor(readonly path: string) {}

  static async make(): Promise<Dir> {
    return new Dir(await Deno.makeTempDir({ prefix: "molecule-card-" }));
  }

  get file(): string {
    return join(this.path, `.mcp_agent_card_${ID}`);
  }

  /** As a process with these variables has it. */
  async cards(variables: Record<string, string> = {}): Promise<RememberedCard> {
    const env: Record<string, string> = {
      WORKSPACE_ID: ID,
      PLATFORM_URL: "http://127.0.0.1:1",
      MOLECULE_WORKSPACE_TOKEN: "a-token-of-nobody",
      CONFIGS_DIR: this.path,
      ...variables,
    };
    const parsed = await parseSettings((name) => env[name]);
    assert("settings" in parsed);
    return new RememberedCard(parsed.settings, ID, (line) => this.reports.push(line));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

Deno.test("a card that was given is the one of every process from then on", async () => {
  await using dir = await Dir.make();
  assertEquals((await (await dir.cards()).current()).name, "molecule-mcp-3f6b1c58");
  await (await dir.cards()).save(CARD);
  assertEquals(await (await dir.cards()).current(), CARD);
  assertEquals(dir.reports, []);
});

const VARIABLES = [
  ["MOLECULE_AGENT_NAME", "Harbour Clerk"],
  ["MOLECULE_AGENT_DESCRIPTION", "Keeps the books"],
  ["MOLECULE_AGENT_SKILLS", "books, tides"],
] as const;

for (const [name, value] of VARIABLES) {
  Deno.test(`${name}: the same or none keeps the card, another one wins for good`, async () => {
    await using dir = await Dir.make();
    await (await dir.cards({ [name]: value })).save(CARD);
    assertEquals(await (await dir.cards({ [name]: value })).current(), CARD);
    assertEquals(await (await dir.cards()).current(), CARD);
    const other = await (await dir.cards({ [name]: "another" })).current();
    assertStringIncludes(JSON.stringify(other), "another");
    assert((await (await dir.cards({ [name]: value })).current()).version === undefined);
  });

  Deno.test(`${name}: one that is set after the card was given wins`, async () => {
    await using dir = await Dir.make();
    await (await dir.cards()).save(CARD);
    const card = await (await dir.cards({ [name]: value })).current();
    assertStringIncludes(JSON.stringify(card), value.split(",")[0] ?? "");
    assert(card.version === undefined);
  });
}

Deno.test("an unusable file is reported, and the card is that of the settings", async () => {
  await using dir = await Dir.make();
  for (const text of ["{", "[]", '{"version":1}', '{"version":2,"card":{}}']) {
    await Deno.writeTextFile(dir.file, text);
    assertEquals((await (await dir.cards()).current()).name, "molecule-mcp-3f6b1c58");
    assertStringIncludes(dir.reports.pop() ?? "", "it is damaged");
  }
  await Deno.remove(dir.file);
  await Deno.mkdir(dir.file);
  assertEquals((await (await dir.cards()).current()).name, "molecule-mcp-3f6b1c58");
  await (await dir.cards()).save(CARD);
  assertEquals(dir.reports.length, 2);
  assertStringIncludes(dir.reports[1] ?? "", "Cannot remember the agent card");
});
