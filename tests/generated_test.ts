import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { lockFiles, staleFiles } from "../scripts/generate.ts";
import { type Lock, lockProblems, withNpmHalf } from "../scripts/generated/lock_files.ts";
import { GENERATED, staleness } from "../scripts/generated/parts.ts";
import { projectRoot } from "../scripts/release/project.ts";

const files = await lockFiles();

/** The lock without what matches. */
function without(lock: Lock, part: "specifiers" | "npm", pattern: RegExp): Lock {
  const kept = Object.entries(lock[part]).filter(([name]) => !pattern.test(name));
  return { ...lock, [part]: Object.fromEntries(kept) };
}

Deno.test("what is generated is what the source makes it", async () => {
  assertEquals(await staleFiles(), []);
});

for (const file of GENERATED) {
  Deno.test(`${file.path}: a change by hand is seen, with what writes it`, async () => {
    const kept = await Deno.readTextFile(new URL(file.path, projectRoot));
    const changed = kept.replaceAll("workspace", "workplace");
    const stale = staleness(file, changed) ?? "";
    assertStringIncludes(stale, `${file.path} is not what the source makes it from line `);
    assertMatch(stale, /kept: .*workplace.*\n {2}made: .*workspace.*\nRun: deno task generate$/);
    assertEquals(
      staleness(file, undefined),
      `${file.path} is missing. Run: deno task generate`,
    );
    assertEquals(staleness(file, kept.replaceAll("\n", "\r\n")), undefined, "as on Windows");
  });
}

Deno.test("a text that only goes on longer differs at its end", () => {
  const file = { path: "a.txt", make: () => "one\n" };
  assertStringIncludes(staleness(file, "one") ?? "", "line 2 on:\n  kept: (end of text)\n  made: ");
});

Deno.test("the lock files hold what is asked for", () => {
  assertEquals(lockProblems(files), []);
});

const told = (changes: Partial<typeof files>) => lockProblems({ ...files, ...changes });
const RUN = "Run: deno task lock";

Deno.test("a package of deno.json that no lock file contains is reported", () => {
  const left = "npm:left-pad@^1.3.0";
  assertEquals(told({ imports: { ...files.imports, "left-pad": left } }), [
    `deno.lock lacks ${left}. ${RUN}`,
    `scripts/npm_only/deno.lock lacks ${left}. ${RUN}`,
  ]);
  const jsr = "jsr:@std/csv@^1.0.6";
  assertEquals(told({ imports: { ...files.imports, "@std/csv": jsr } }), [
    `deno.lock lacks ${jsr}. ${RUN}`,
  ]);
});

Deno.test("a package that deno.json no longer has is reported", () => {
  const { yaml, ...imports } = files.imports;
  assertEquals(told({ imports }).slice(0, 1), [
    `deno.lock holds ${yaml}, which nothing asks for any more. ${RUN}`,
  ]);
});

Deno.test("a package that is listed in deno.lock but not resolved there is reported", () => {
  assertEquals(told({ lock: without(files.lock, "specifiers", /@std\/fs@/) }), [
    `deno.lock lacks jsr:@std/fs@^1.0.24. ${RUN}`,
  ]);
});

Deno.test("what the adapters need is held by the lock file without JSR alone", () => {
  const npmOnlyLock = without(files.npmOnlyLock, "specifiers", /pathe/);
  assertEquals(told({ npmOnlyLock }), [
    `scripts/npm_only/deno.lock lacks npm:pathe@^2.0.3. ${RUN}`,
  ]);
});

Deno.test("lock files that disagree on a package's content are reported, and made to agree", () => {
  const zod = Object.keys(files.lock.npm).find((name) => name.startsWith("zod@")) ?? "";
  const lock = { ...files.lock, npm: { ...files.lock.npm, [zod]: { integrity: "sha512-AP8=" } } };
  const differ = `deno.lock and scripts/npm_only/deno.lock differ in ${zod}. ${RUN}`;
  assertEquals(told({ lock }), [differ]);
  assertEquals(told({ lock: without(files.lock, "npm", /^zod@/) }), [differ]);
  assertEquals(withNpmHalf({ ...files, lock }), files.lock);
});

Deno.test("a tool that its lock file lacks, or has for nobody, is reported", () => {
  assertEquals(told({ tools: [...files.tools, "npm:zx@8.8.5"] }), [
    `scripts/tools/deno.lock lacks npm:zx@8.8.5. ${RUN}`,
  ]);
  const [first = "", ...tools] = files.tools;
  assertEquals(told({ tools }), [
    `scripts/tools/deno.lock holds ${first}, which nothing asks for any more. ${RUN}`,
  ]);
});
