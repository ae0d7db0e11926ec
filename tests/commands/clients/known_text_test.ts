import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { EDITED, type EditedClient } from "../../../src/commands/clients/clients.ts";
import type { Launch } from "../../../src/commands/clients/client.ts";
import { knownText } from "../../../src/commands/clients/known_text.ts";
import { diffOf } from "../../../src/commands/edit/diff.ts";
import { putEntry, removeEntry } from "../../../src/commands/edit/format.ts";
import { applySplices, difference } from "../../../src/commands/edit/splice.ts";
import type { JsonObject } from "../../../src/lib/json.ts";

const OWN: Launch = {
  command: "/home/ada/.local/bin/molecule-mcp",
  args: ["--profile", "work"],
};
const NAME = "molecule-work";

/** A file in which the entry stands beside another server, as an edit writes it. */
function fileWith(client: EditedClient, entry: JsonObject, other: JsonObject): string {
  const { format } = client;
  const put = (text: string, name: string, value: JsonObject) =>
    applySplices(text, putEntry(format, text, client.entryPath(undefined, name), value));
  return put(put("", "other", other), NAME, entry);
}

/** The diffs of its replacement, of its removal, and of the way back to what was before. */
function diffsOf(client: EditedClient, text: string): readonly string[] {
  const { format } = client;
  const path = client.entryPath(undefined, NAME);
  const known = knownText(client, NAME, text, OWN);
  const removal = removeEntry(format, text, path);
  const back = difference(text, applySplices(text, removal));
  return [
    diffOf("/f", text, putEntry(format, text, path, client.entry(OWN)), { known }),
    diffOf("/f", text, removal, { known }),
    diffOf("/f", text, [back], { restores: true, known }),
  ];
}

for (const client of EDITED) {
  Deno.test(`${client.id}: the diff shows this program's own entry as it goes`, () => {
    const text = fileWith(client, client.entry(OWN), { command: "sk-secret-of-another" });
    for (const minified of [false, true]) {
      if (minified && !text.startsWith("{")) continue;
      const whole = minified ? JSON.stringify(JSON.parse(text)) : text;
      for (const diff of diffsOf(client, whole).slice(1)) {
        const gone = diff.split("\n").slice(2).filter((line) => line.startsWith("-")).join("\n");
        for (const word of [NAME, OWN.command, ...OWN.args]) {
          assert(gone.includes(word), `${word} in:\n${diff}`);
        }
        assert(!diff.includes("sk-secret"), diff);
      }
    }
  });

  Deno.test(`${client.id}: a secret in the entry or beside it is in no diff`, () => {
    // Long enough to be in a diff by nothing but its own.
    const secret = fc.oneof(
      fc.stringMatching(/^sk-[A-Za-z0-9_-]{12,30}$/),
      fc.stringMatching(/^[A-Za-z0-9+/=]{24,40}$/),
      fc.string({ minLength: 12, maxLength: 30 }).filter((text) => /\S{12}/.test(text)),
    );
    const place = fc.constantFrom(
      "args",
      "last",
      "env",
      "headers",
      "url",
      "command",
      "line",
      "name",
    );
    fc.assert(
      fc.property(secret, place, fc.boolean(), (value, where, minified) => {
        // Whatever cannot be written as a key here.
        fc.pre(where !== "name" || /^[\w-]+$/.test(value));
        const known = client.entry(OWN);
        const list = client.id === "opencode";
        const args = where === "args"
          ? ["--token", value, ...OWN.args]
          : where === "last"
          ? [...OWN.args, `--token=${value}`]
          : OWN.args;
        const command = where === "command"
          ? value
          : where === "line"
          ? `${OWN.command} --token ${value}`
          : OWN.command;
        const entry: JsonObject = {
          ...known,
          ...client.entry({ command, args }),
          ...(where === "env" && { [list ? "environment" : "env"]: { TOKEN: value } }),
          ...(where === "headers" && { headers: { Authorization: `Bearer ${value}` } }),
          ...(where === "url" && { url: `https://x.example/?token=${value}` }),
          ...(where === "name" && { env: { [value]: "1" } }),
        };
        const text = fileWith(client, entry, { command: "b", env: { K: value } });
        const whole = minified && text.startsWith("{") ? JSON.stringify(JSON.parse(text)) : text;
        const quoted = JSON.stringify(value).slice(1, -1);
        for (const diff of diffsOf(client, whole)) {
          assert(!diff.includes(value) && !diff.includes(quoted), diff);
        }
      }),
      { numRuns: 150 },
    );
  });
}

Deno.test("of an entry for another program, what is no word of ours is not known", () => {
  const [client] = EDITED;
  assert(client);
  const entry = { command: "/opt/tool", args: ["-y", "abc", "--verbose", "sk-secret"] };
  const known = knownText(client, NAME, fileWith(client, entry, {}), OWN);
  const all = [...known.lines, ...known.pieces];
  assertEquals(all.filter((line) => /tool|abc|secret/.test(line)), []);
  assert(known.lines.some((line) => line.trim() === '"-y",'));
});
