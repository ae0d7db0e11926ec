import { assertEquals } from "@std/assert";
import type { FoundEntry } from "../../../src/commands/clients/inspect.ts";
import { EDITED } from "../../../src/commands/clients/clients.ts";
import { clientStep } from "../../../src/commands/clients/next_step.ts";

const CODEX = EDITED.find(({ id }) => id === "codex");
if (!CODEX) throw new Error("No codex");
const client = CODEX;
const ENTRY: FoundEntry = {
  name: "molecule",
  scope: "user",
  file: "/home/you/.codex/config.toml",
  pointsTo: "this",
  command: "molecule-mcp",
  variables: [],
  tokenInClear: false,
  lacksProfile: false,
};

function stepWith(entry?: Partial<FoundEntry>, profile?: string, installed = true): string {
  const entries = entry === undefined ? [] : [{ ...ENTRY, ...entry }];
  return clientStep([{ client, installed, entries }], profile);
}

Deno.test("a client that has its entry is restarted, not set up again", () => {
  const steps = client.after("molecule", "user").join();
  const restart = `In ${client.name}: ${steps}`;
  assertEquals(stepWith({}), restart);
  assertEquals(stepWith({ pointsTo: "another" }), restart);
  assertEquals(
    stepWith({ folder: "/work/here" }),
    `In ${client.name}, in /work/here: ${steps}`,
  );
});

Deno.test("an entry that starts nothing of this program is replaced", () => {
  for (const pointsTo of ["dead", "python", "foreign"] as const) {
    assertEquals(stepWith({ pointsTo }), "molecule-mcp install codex --replace");
  }
});

Deno.test("without an entry a client that is here comes first", () => {
  assertEquals(stepWith(), "molecule-mcp install codex");
  assertEquals(stepWith(undefined, undefined, false), "molecule-mcp install claude-code");
});

Deno.test("a profile has an entry of its own", () => {
  assertEquals(stepWith({}, "work"), "molecule-mcp install codex --profile work");
  assertEquals(
    stepWith({ name: "molecule-work" }, "work"),
    `In ${client.name}: ${client.after("molecule-work", "user").join()}`,
  );
});
