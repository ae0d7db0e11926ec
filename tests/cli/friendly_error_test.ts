import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { friendlyError } from "../../src/cli/friendly_error.ts";
import { invalid, type Problem } from "../../src/config/problem.ts";

const missing = (variable: string): Problem => ({ variable, kind: "missing", message: "not set" });
const ALL = ["WORKSPACE_ID", "PLATFORM_URL", "MOLECULE_WORKSPACE_TOKEN"].map(missing);

Deno.test("with everything missing, the first lines say so and name the three", () => {
  const lines = friendlyError(ALL).split("\n");
  assertEquals(lines[0], "molecule-mcp: missing required environment");
  const head = lines.slice(0, 9).join("\n");
  for (const { variable } of ALL) assertMatch(head, new RegExp(`^ +${variable} +\\w`, "m"));
  assertEquals(
    lines.filter((line) => line.startsWith("Currently missing: ")),
    ["Currently missing: WORKSPACE_ID, PLATFORM_URL, MOLECULE_WORKSPACE_TOKEN"],
  );
});

Deno.test("it says where the token is found, and that a file may hold it", () => {
  const text = friendlyError(ALL);
  assertMatch(text, /canvas, Tokens tab/);
  assertStringIncludes(text, "MOLECULE_WORKSPACE_TOKEN_FILE");
});

Deno.test("only what is missing is listed as missing", () => {
  for (const problem of ALL) {
    const text = friendlyError([problem]);
    assertStringIncludes(text, `\nCurrently missing: ${problem.variable}\n`);
    assert(!text.includes("Also wrong"));
  }
});

Deno.test("what is wrong comes after what is missing, a line each", () => {
  const text = friendlyError([
    invalid("WORKSPACE_ID", "expected an id"),
    missing("PLATFORM_URL"),
    invalid("MOLECULE_WORKSPACES", "must be a non-empty array"),
    invalid("MOLECULE_WORKSPACES", "MOLECULE_WORKSPACES[1]: missing 'id'"),
  ]);
  assertStringIncludes(
    text,
    [
      "Currently missing: PLATFORM_URL",
      "Also wrong:",
      "  - WORKSPACE_ID: expected an id",
      "  - MOLECULE_WORKSPACES: must be a non-empty array",
      "  - MOLECULE_WORKSPACES[1]: missing 'id'",
      "",
    ].join("\n"),
  );
});

Deno.test("with nothing missing it is about what is wrong alone", () => {
  const text = friendlyError([invalid("PLATFORM_URL", "expected a URL")]);
  assert(text.startsWith("molecule-mcp: invalid environment\n  - PLATFORM_URL: expected a URL\n"));
  assert(!text.includes("issing"));
});

Deno.test("it says first which command asks for what is missing, and where that is saved", () => {
  const lines = friendlyError(ALL).split("\n");
  assertEquals(lines[1], "Run this in a terminal: molecule-mcp auth login");
  assertMatch(
    lines.slice(2, 5).join(" "),
    /\.auth_token.* settings\.json.* ~\/\.molecule-workspace/,
  );
  assertMatch(friendlyError(ALL, "work"), /auth login --profile work$/m);
  assert(!friendlyError([invalid("PLATFORM_URL", "x")]).includes("auth login"));
});

Deno.test("it ends with what to do next", () => {
  for (const problems of [ALL, [invalid("PLATFORM_URL", "x")]]) {
    const text = friendlyError(problems);
    assertMatch(text, /env section of your MCP client/);
    assertMatch(text, /\n.*: molecule-mcp doctor\n.*: molecule-mcp help environment$/);
    for (const line of text.split("\n")) assert(line.length <= 100, line);
  }
});

Deno.test("a profile that is not there is no matter of the environment", () => {
  const text = friendlyError([
    {
      ...invalid(
        "--profile",
        "there is no profile a (/x; y does not exist); auth login --profile a makes it",
      ),
      fault: "there is no profile a (/x; y does not exist)",
    },
  ], "a");
  assertEquals(
    text,
    "molecule-mcp: there is no profile a (/x; y does not exist)\n" +
      "Run this in a terminal: molecule-mcp auth login --profile a",
  );
});
