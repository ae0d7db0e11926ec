import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { type Action, allowed, type Policy } from "../../src/safety/roles.ts";
import { loadPolicy } from "../../src/safety/policy_file.ts";
import { firstReason, IS_ROOT, NO_MODES, testUnless } from "../support/test_unless.ts";

const ACTIONS: readonly Action[] = ["delegate", "approve", "memory.read", "memory.write"];

/** Loads a config.yaml with this content (none: no file) and collects what was reported. */
async function load(
  content?: string | Uint8Array,
  fallbackTier?: number,
): Promise<{ policy: Policy; reports: string[]; path: string }> {
  const dir = await Deno.makeTempDir();
  try {
    const path = join(dir, "config.yaml");
    if (typeof content === "string") await Deno.writeTextFile(path, content);
    if (content instanceof Uint8Array) await Deno.writeFile(path, content);
    const reports: string[] = [];
    const policy = await loadPolicy(dir, (line) => reports.push(line), fallbackTier);
    return { policy, reports, path };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Nothing granted, never a root's tier, and one line that names the file and the reason. */
async function assertRefused(content: string | Uint8Array, reason: string): Promise<void> {
  const { policy, reports, path } = await load(content, 0);
  assertEquals(ACTIONS.filter((action) => allowed(action, policy)), []);
  assertEquals(policy.roles, []);
  assertEquals(policy.tier, 1);
  assertEquals(reports.length, 1);
  const [line = ""] = reports;
  assert(line.startsWith(`Cannot use ${path}: `) && !line.includes("\n"), line);
  assertStringIncludes(line, reason);
}

Deno.test("without a file the workspace is an operator of the fallback tier", async () => {
  const { policy, reports } = await load(undefined, 3);
  assertEquals(policy, { roles: ["operator"], allowedActions: new Map(), tier: 3 });
  assertEquals(reports, []);
  assertEquals((await load()).policy.tier, 1);
});

Deno.test("without the directory the workspace is an operator too", async () => {
  const policy = await loadPolicy("/nonexistent-7f3a/config", () => {}, 0);
  assertEquals(policy, { roles: ["operator"], allowedActions: new Map(), tier: 0 });
});

Deno.test("roles, lists and tier are read; everything else in the file is left alone", async () => {
  const { policy, reports } = await load(`
name: Harbour Clerk
tier: 0
model: { provider: anthropic, name: some-model }
rbac:
  roles: [read-only, scribe]
  allowed_actions:
    scribe:
      - memory.write
`);
  assertEquals(policy, {
    roles: ["read-only", "scribe"],
    allowedActions: new Map([["scribe", ["memory.write"]]]),
    tier: 0,
  });
  assertEquals(reports, []);
});

Deno.test("a file that names no role and no tier leaves both at their defaults", async () => {
  for (const content of ["", "# nothing yet\n", "name: x\n", "rbac:\ntier:\n", "rbac: {}\n"]) {
    const { policy, reports } = await load(content, 2);
    assertEquals(policy, { roles: ["operator"], allowedActions: new Map(), tier: 2 });
    assertEquals(reports, []);
  }
});

Deno.test("an empty list of roles is taken at its word", async () => {
  const { policy, reports } = await load("rbac: { roles: [] }\n");
  assertEquals(policy.roles, []);
  assertEquals(reports, []);
});

Deno.test("a role that grants nothing is pointed out, and the others count", async () => {
  const { policy, reports } = await load("rbac: { roles: [read_only, no-approval] }\n");
  assertEquals(policy.roles, ["read_only", "no-approval"]);
  assertEquals(reports.length, 1);
  assertStringIncludes(reports[0] ?? "", '"read_only" is not known');
});

Deno.test("a file with wrong types grants nothing and is reported", async () => {
  await assertRefused("- a\n- b\n", "expected the file to be a mapping");
  await assertRefused("just words\n", "expected the file to be a mapping");
  await assertRefused("rbac: admin\n", "expected rbac to be a mapping");
  await assertRefused("rbac: { roles: admin }\n", "expected rbac.roles to be a list of names");
  await assertRefused("rbac: { roles: }\n", "expected rbac.roles to be a list of names");
  await assertRefused("rbac: { roles: [admin, 7] }\n", "expected rbac.roles");
  await assertRefused("rbac: { allowed_actions: [a] }\n", "rbac.allowed_actions to be a mapping");
  await assertRefused(
    "rbac: { allowed_actions: { scribe: all } }\n",
    "expected rbac.allowed_actions.scribe to be a list of names",
  );
  for (const tier of ["gold", "'0'", "-1", "0.5", ".nan", "[0]"]) {
    await assertRefused(`tier: ${tier}\n`, "expected tier to be a whole number");
  }
});

Deno.test("a syntax error is reported with its place and without any of the content", async () => {
  await assertRefused("name: x\nrbac: { roles: [hunter2\n", "line 3, column 1 is not valid YAML");
  const { reports } = await load("token: hunter2\ntoken: *hunter2\n  : hunter2\n");
  assertEquals(reports.length, 1);
  assert(!reports[0]?.includes("hunter2"));
});

Deno.test("an alias bomb and a nesting bomb are refused", async () => {
  const levels = Array.from({ length: 9 }, (_, i) => {
    const alias = i === 0 ? "lol" : `*a${i - 1}`;
    return `a${i}: &a${i} [${Array(9).fill(alias).join(", ")}]`;
  });
  await assertRefused(levels.join("\n"), "without deep nesting or many aliases");
  await assertRefused("[".repeat(100_000), "YAML");
});

Deno.test("a few aliases are fine", async () => {
  const { policy, reports } = await load(`
common: &common [memory.read]
rbac: { roles: [a, b], allowed_actions: { a: *common, b: *common } }
`);
  assertEquals(policy.allowedActions.get("b"), ["memory.read"]);
  assertEquals(reports, []);
});

Deno.test("a file that is too large, not text, or no file is refused", async () => {
  await assertRefused(`# ${"x".repeat(256 * 1024)}\n`, "expected at most 262144 bytes");
  await assertRefused(new Uint8Array([0x72, 0x3a, 0xff, 0xfe]), "expected UTF-8 text");
  const dir = await Deno.makeTempDir();
  await Deno.mkdir(join(dir, "config.yaml"));
  const reports: string[] = [];
  assertEquals((await loadPolicy(dir, (line) => reports.push(line))).roles, []);
  assertStringIncludes(reports[0] ?? "", "expected a regular file");
  await Deno.remove(dir, { recursive: true });
});

testUnless(firstReason(NO_MODES, IS_ROOT), {
  name: "a file that may not be read is refused, not overlooked",
  async fn() {
    const dir = await Deno.makeTempDir();
    const path = join(dir, "config.yaml");
    await Deno.writeTextFile(path, "rbac: { roles: [read-only] }\n", { mode: 0o000 });
    const reports: string[] = [];
    assertEquals((await loadPolicy(dir, (line) => reports.push(line))).roles, []);
    assertStringIncludes(reports[0] ?? "", "cannot read it");
    await Deno.remove(dir, { recursive: true });
  },
});

Deno.test("a file as Windows' editors and shells write it is read", async () => {
  const text = "rbac:\r\n  roles: [read-only]\r\ntier: 3\r\n";
  const utf16 = new Uint8Array(
    new Uint16Array([..."\ufeff" + text].map((c) => c.charCodeAt(0))).buffer,
  );
  for (const content of [text, `\ufeff${text}`, utf16]) {
    const { policy, reports } = await load(content);
    assertEquals([policy.roles, policy.tier, reports], [["read-only"], 3, []]);
  }
});

Deno.test("where no directory is named there is no file", async () => {
  const policy = await loadPolicy(undefined, () => {}, 2);
  assertEquals(policy, { roles: ["operator"], allowedActions: new Map(), tier: 2 });
});

Deno.test("a path that leads through a file is refused, and says of what kind the error is", async () => {
  const dir = await Deno.makeTempDir();
  await Deno.writeTextFile(join(dir, "file"), "");
  const reports: string[] = [];
  assertEquals((await loadPolicy(join(dir, "file"), (line) => reports.push(line))).roles, []);
  assertStringIncludes(reports[0] ?? "", "cannot read it (NotADirectory)");
  await Deno.remove(dir, { recursive: true });
});

Deno.test({
  name: "a directory that this program was given no permission for counts as no file",
  permissions: { read: false },
  async fn() {
    const reports: string[] = [];
    const policy = await loadPolicy("/configs", (line) => reports.push(line));
    assertEquals(policy.roles, ["operator"]);
    assertEquals(reports, []);
  },
});
