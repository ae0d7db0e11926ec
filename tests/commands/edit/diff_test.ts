import { assert, assertEquals } from "@std/assert";
import { diffOf } from "../../../src/commands/edit/diff.ts";
import { putEntry, removeEntry } from "../../../src/commands/edit/format.ts";
import { applySplices } from "../../../src/commands/edit/splice.ts";
import { ENTRY, LANGUAGES, OTHER_ENTRY } from "./fixtures.ts";

const [JSON_LANGUAGE, , TOML_LANGUAGE, YAML_LANGUAGE] = LANGUAGES;
assert(JSON_LANGUAGE && TOML_LANGUAGE && YAML_LANGUAGE);

Deno.test("the line that gets a comma is shown without what it says", () => {
  const { format, path } = JSON_LANGUAGE;
  const text = '{\n  "apiKey": "sk-secret"\n}\n';
  assertEquals(
    diffOf("/f", text, putEntry(format, text, path, { command: "/x" })),
    `--- /f
+++ /f
@@ -2,1 +2,6 @@
-  ...
+  ...,
+  "mcpServers": {
+    "molecule": {
+      "command": "/x"
+    }
+  }`,
  );
});

Deno.test("whole lines that are added stand alone", () => {
  const { format, path } = YAML_LANGUAGE;
  const text = "key: sk-secret\nmcp_servers: # sk-secret\n  b: sk-secret\n";
  assertEquals(
    diffOf("/f", text, putEntry(format, text, path, { command: "/x" })),
    '--- /f\n+++ /f\n@@ -2,0 +3,2 @@\n+  molecule:\n+    command: "/x"',
  );
});

Deno.test("a table at the end is shown with the empty line before it", () => {
  const { format, path } = TOML_LANGUAGE;
  for (
    const [text, at] of [["a = 1\n", "@@ -1,0 +2,3 @@"], ["a = 1", "@@ -1,0 +2,3 @@"]] as const
  ) {
    assertEquals(
      diffOf("/f", text, putEntry(format, text, path, { command: "/x" })),
      `--- /f\n+++ /f\n${at}\n+\n+[mcp_servers.molecule]\n+command = "/x"`,
    );
  }
});

Deno.test("a minified file shows the entry and nothing else", () => {
  const { format, path } = JSON_LANGUAGE;
  const text = '{"apiKey":"sk-secret","mcpServers":{"b":{"env":{"K":"sk-secret"}}}}';
  assertEquals(
    diffOf("/f", text, putEntry(format, text, path, { command: "/x" })),
    '--- /f\n+++ /f\n@@ -1,1 +1,1 @@\n-{...}}}}\n+{...}},"molecule":{"command":"/x"}}}',
  );
});

Deno.test("a secret of anybody else is in no diff", () => {
  const secret = "sk-secret";
  const texts: Record<string, string> = {
    JSON: JSON.stringify(
      { mcpServers: { a: secret, molecule: { env: secret }, z: secret }, secret },
      null,
      2,
    ),
    TOML:
      `k = "${secret}"\n[mcp_servers.molecule]\ncommand = "${secret}"\n[mcp_servers.molecule.env]\n` +
      `k = "${secret}"\n[mcp_servers.z]\ncommand = "${secret}" # ${secret}\n`,
    YAML:
      `k: ${secret}\nmcp_servers:\n  a: ${secret}\n  molecule:\n    command: ${secret}\n  z: ${secret}\n`,
  };
  for (const { name, format, path } of LANGUAGES) {
    const text = texts[name] ?? texts.JSON ?? "";
    const replaced = putEntry(format, text, path, OTHER_ENTRY);
    const shown = diffOf("/f", text, replaced);
    assert(shown.includes(OTHER_ENTRY.command), shown);
    assert(!shown.includes(secret), shown);
    const removed = diffOf("/f", text, removeEntry(format, text, path), { restores: true });
    assert(!removed.includes(secret), removed);
    assert(!applySplices(text, removeEntry(format, text, path)).includes("molecule"));
  }
});

Deno.test("the numbers of every hunk fit the texts", () => {
  for (const { format, path, fixtures } of LANGUAGES) {
    for (const { name, text } of fixtures) {
      const splices = putEntry(format, text, path, ENTRY);
      const after = applySplices(text, splices);
      const added = [...diffOf("/f", text, splices).matchAll(/^@@ -\d+,(\d+) \+\d+,(\d+) @@$/gm)]
        .reduce((sum, [, removed, added]) => sum + Number(added) - Number(removed), 0);
      assertEquals(added, countLines(after) - countLines(text), name);
    }
  }
});

Deno.test("a long line of blanks is hidden as fast as it is long", () => {
  const { format, path } = JSON_LANGUAGE;
  const blanks = " ".repeat(500_000);
  const text = `{"a":"${blanks}sk-secret${blanks}x"}`;
  // By a regular expression that goes back at every blank it would take minutes.
  const shown = diffOf("/f", text, putEntry(format, text, path, { command: "/x" }));
  assertEquals(
    shown,
    '--- /f\n+++ /f\n@@ -1,1 +1,1 @@\n-{...}\n+{...,"mcpServers":{"molecule":{"command":"/x"}}}',
  );
});

function countLines(text: string): number {
  return text === "" ? 0 : text.replace(/\n$/, "").split("\n").length;
}
