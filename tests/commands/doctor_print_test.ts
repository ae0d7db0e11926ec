import { assert, assertEquals } from "@std/assert";
import { type Finding, findingsOf } from "../../src/commands/doctor/finding.ts";
import { printDiagnosis } from "../../src/commands/doctor/print.ts";
import { rootCause } from "../../src/commands/doctor/root_cause.ts";
import { leadTo } from "../../src/commands/support/next_step.ts";
import { Terminal } from "../../src/commands/support/terminal.ts";

const FINDINGS = [
  findingsOf("program").ok("version", "molecule-mcp 0.1.0, which is a long line ".repeat(4).trim()),
  findingsOf("token").warn("shape_unusual", "it has 3 characters", "molecule-mcp auth login"),
  findingsOf("network").fail("dns", "the name acme.example cannot be looked up", "Check it"),
];

function printed(
  width: number | undefined,
  env: Readonly<Record<string, string>> = {},
  findings: readonly Finding[] = FINDINGS,
): string {
  let text = "";
  const output = {
    writeSync: (bytes: Uint8Array) => {
      text += new TextDecoder().decode(bytes);
      return bytes.length;
    },
    isTerminal: () => width !== undefined,
  };
  const terminal = new Terminal({
    read: (name) => env[name],
    stdout: output,
    isInputTerminal: false,
    width: () => width,
  });
  const first = rootCause(findings);
  printDiagnosis(terminal, { findings, ...(first && { first }) });
  return text;
}

Deno.test("without a terminal nothing is wrapped", () => {
  assertEquals(printed(undefined).split("\n").length, 6);
});

Deno.test("lines fit the terminal, with and without colours", () => {
  const environments: Readonly<Record<string, string>>[] = [
    {},
    { NO_COLOR: "1" },
    { LANG: "C.UTF-8" },
  ];
  for (const width of [50, 80, 120]) {
    for (const env of environments) {
      const text = printed(width, env);
      // deno-lint-ignore no-control-regex
      const lines = text.replace(/\x1b\[\d+m/g, "").split("\n");
      assert(lines.every((line) => line.length <= width), text);
      assert(/ Next: molecule-mcp auth login$/m.test(text), "a command is not broken");
      assertEquals(text.includes("\x1b["), !("NO_COLOR" in env));
    }
  }
});

Deno.test("a command that a sentence leads to stands alone, and is not broken", () => {
  const command =
    "/opt/a/long/path/of/deno run -ERWN --no-config /opt/another/molecule-mcp.js doctor";
  const next = leadTo("Wait a few minutes, then", command);
  const findings = [findingsOf("platform").fail("trouble", "it has trouble of its own", next)];
  const indent = " ".repeat("FAIL platform  ".length);
  assertEquals(printed(60, { NO_COLOR: "1" }, findings).split("\n"), [
    "FAIL platform  it has trouble of its own. Next: Wait a few",
    `${indent}minutes, then run:`,
    `${indent}${command}`,
    "First: platform: it has trouble of its own.",
    "  Wait a few minutes, then run:",
    `  ${command}`,
    "",
  ]);
});

Deno.test("nothing is wrong, and nothing comes first", () => {
  assertEquals(rootCause(FINDINGS.slice(0, 1)), undefined);
});

Deno.test("a failure comes before a warning, and what explains it before both", () => {
  const clock = findingsOf("clock").warn("wrong", "");
  const expired = findingsOf("network").fail("tls_expired", "");
  const open = findingsOf("state").warn("open", "");
  assertEquals(rootCause([open, expired])?.cause, "network.tls_expired");
  assertEquals(rootCause([open, expired, clock])?.cause, "clock.wrong");
  assertEquals(rootCause([open, clock])?.cause, "state.open");
});
