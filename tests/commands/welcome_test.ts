import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { TestDir } from "../support/test_dir.ts";
import { testUnless } from "../support/test_unless.ts";
import { NO_PTY, runOnTerminal } from "./on_terminal.ts";

const ID = "3f6b1c58-9a0e-4d27-8b41-6c2d5e7fa101";
const SETTINGS = { workspace_id: ID, platform_url: "https://acme.example" };

/** What a bare run on a terminal shows, in a home with these files. */
async function bareRun(
  files: Readonly<Record<string, string>>,
  env: Record<string, string> = {},
): Promise<string> {
  await using home = await TestDir.make();
  if (Object.keys(files).length > 0) await Deno.mkdir(home.at(".molecule-workspace"));
  for (const [name, content] of Object.entries(files)) {
    await Deno.writeTextFile(home.at(".molecule-workspace", name), content);
  }
  const before = await listing(home);
  const { shown, code } = await runOnTerminal([], [], { home: home.path, env });
  assertEquals(code, 2);
  assertEquals(await listing(home), before, "It touched something");
  // deno-lint-ignore no-control-regex
  const text = shown.replaceAll(/\x1b\[[0-9;]*m/g, "").replaceAll("\r\n", "\n");
  for (const line of text.split("\n")) {
    assert(line.length <= 80 || line.includes(home.path), `Too wide: ${line}`);
  }
  return text.replaceAll(home.path, "~");
}

/** Every entry with its time of change, but what Deno itself keeps. */
async function listing(home: TestDir): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(home.path), ({ name }) => name);
  const state = home.at(".molecule-workspace");
  try {
    const inside = await Array.fromAsync(Deno.readDir(state), async ({ name }) => {
      const { mtime, mode } = await Deno.lstat(`${state}/${name}`);
      return `${name} ${mtime?.getTime()} ${mode}`;
    });
    return [...entries, ...inside].sort();
  } catch {
    return entries.sort();
  }
}

testUnless(NO_PTY, "a bare run on a terminal says what this is and what to do first", async () => {
  const text = await bareRun({});
  assertStringIncludes(text, "It is not set up yet.\n\nNext:\n  molecule-mcp auth login\n");
});

testUnless(NO_PTY, "a bare run on a terminal shows what is set up", async () => {
  const text = await bareRun({
    "settings.json": JSON.stringify(SETTINGS),
    ".auth_token": "tok-secret",
  });
  assertStringIncludes(text, `workspace  ${ID}\n  platform   https://acme.example\n`);
  assertStringIncludes(text, "token      ~/.molecule-workspace/.auth_token\n");
  assertStringIncludes(text, "\n  molecule-mcp install claude-code\n");
  assert(!text.includes("tok-secret"));
});

testUnless(NO_PTY, "a bare run on a terminal says what is missing, and what is wrong", async () => {
  const missing = await bareRun({ "settings.json": JSON.stringify(SETTINGS) });
  assertStringIncludes(missing, "not set up completely:\n  missing: token\n");
  const wrong = await bareRun({}, { PLATFORM_URL: "acme.example", WORKSPACE_ID: ID });
  assertStringIncludes(wrong, "It is not set up:\n  PLATFORM_URL: expected an http:// or");
  const broken = await bareRun({ "settings.json": "{" });
  assertMatch(broken, /is not\s+valid JSON/); // Where it breaks depends on the home directory.
});
