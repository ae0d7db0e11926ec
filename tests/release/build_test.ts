import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { MORE } from "../../scripts/bundle.ts";
import { importOf, refuseUsing } from "../../scripts/bundle/code.ts";
import { writeChecksums } from "../../scripts/release/checksums.ts";
import { billOfMaterials, packagesOf } from "../../scripts/sbom.ts";
import { dependencyFlags } from "../e2e/program.ts";
import { bundleInto, fakeExecutable } from "./testing.ts";
import { TestDir } from "../support/test_dir.ts";
import { NO_BUNDLER, testUnless } from "../support/test_unless.ts";
import { denoCommand } from "../../scripts/deno_command.ts";

const BUNDLES = "the bundle is one file that knows its commit, and the commands are another";

testUnless(NO_BUNDLER, BUNDLES, async () => {
  await using dir = await TestDir.make();
  const path = await bundleInto(dir);
  const code = await Deno.readTextFile(path);
  assertEquals(importOf(code.replace(`import("./${MORE}")`, "")), undefined);
  assert((await dir.names()).includes(MORE));
  const { stdout } = await new Deno.Command(denoCommand(), {
    args: ["run", "--no-config", "--no-remote", "--no-npm", path, "--version"],
  }).output();
  const text = new TextDecoder().decode(stdout);
  const isCheckout = (await new Deno.Command("git", { args: ["rev-parse"] }).output()).success;
  assert(/^molecule-mcp \d+\.\d+\.\d+( \([0-9a-f]{12}(, modified)?\))?\n$/.test(text), text);
  assertEquals(text.includes("("), isCheckout);
});

Deno.test("a using declaration, which the minifier would drop, is refused", () => {
  for (
    const code of [
      "async function f() {\n  using file = await Deno.open(path);\n}",
      "  await using platform = await start();",
      "for (;;) { using $x = y(); }",
    ]
  ) assertThrows(() => refuseUsing(code), Error, 'the minifier drops "using"');
  for (
    const code of [
      "throw Error(`using ${x} = ...`)",
      "// using a file = no",
      " * await using x = y();",
      "const using = 1;",
      "using(x = 1)",
    ]
  ) refuseUsing(code);
});

Deno.test("an import that is left in a bundle is found", () => {
  for (
    const code of [
      'import"node:fs";',
      'import{a as b}from"./chunk.js";a()',
      'import * as x from "zod"',
      'var y=await import("yaml")',
      "import(`./x.js`)",
    ]
  ) assert(importOf(code), code);
  for (
    const code of [
      'import("data:text/javascript;base64,AAAA")',
      "if(import.meta.main)f()",
      'throw Error("cannot import "+x)',
    ]
  ) assertEquals(importOf(code), undefined, code);
});

Deno.test("the checksums are those of every file, as sha256sum writes them", async () => {
  await using dir = await TestDir.make();
  await Deno.writeTextFile(dir.at("b"), "");
  await Deno.writeTextFile(dir.at("a"), "abc");
  await Deno.mkdir(dir.at("npm"));
  await writeChecksums(dir.url);
  await writeChecksums(dir.url); // Its own file is not one of them.
  assertEquals(
    await Deno.readTextFile(dir.at("SHA256SUMS")),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a\n" +
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b\n",
  );
});

/** Runs scripts/compile.ts where nothing of the environment reaches it but what is given. */
async function compile(args: string[], env: Record<string, string>) {
  const { code, stderr } = await new Deno.Command(denoCommand(), {
    args: [
      "run",
      "--quiet",
      ...dependencyFlags(),
      "--allow-all",
      fromFileUrl(new URL("../../scripts/compile.ts", import.meta.url)),
      ...args,
    ],
    cwd: fromFileUrl(new URL("../../", import.meta.url)),
    env: { DENORT_BIN: "", ...env },
  }).output();
  return { code, stderr: new TextDecoder().decode(stderr) };
}

Deno.test("compile refuses an unknown target and names those that it knows", async () => {
  const { code, stderr } = await compile(["--target=sparc-sun-solaris"], {});
  assertEquals(code, 1);
  assertStringIncludes(stderr, "Cannot compile for sparc-sun-solaris: expected --all or");
  assertStringIncludes(stderr, "aarch64-apple-darwin");
});

Deno.test("compile refuses a runtime base of another system", async () => {
  await using dir = await TestDir.make();
  const runtime = dir.at("denort");
  await Deno.writeFile(runtime, fakeExecutable("linux x86_64"));
  for (const args of [["--target=aarch64-apple-darwin"], ["--all"]]) {
    const { code, stderr } = await compile(args, { DENORT_BIN: runtime });
    assertEquals(code, 1);
    assertStringIncludes(stderr, `with DENORT_BIN: ${runtime} is for linux x86_64`);
  }
  const { stderr } = await compile(["--all"], { DENORT_BIN: dir.at("absent") });
  assertStringIncludes(stderr, "Cannot read DENORT_BIN");
});

Deno.test("the bill of materials takes the packages from the files that are inside", () => {
  const packages = packagesOf([
    "../../cache/npm/registry.npmjs.org/zod/4.6.7/v4/core/util.js",
    "../../cache/npm/registry.npmjs.org/zod/4.6.7/v4/mini/index.js",
    "../../cache/npm/registry.npmjs.org/@modelcontextprotocol/sdk/1.32.2/dist/esm/types.js",
    "https://jsr.io/@std/path/1.1.5/join.ts",
    "../../src/main.ts",
  ]);
  assertEquals(packages, [
    { registry: "jsr", name: "@std/path", version: "1.1.5" },
    { registry: "npm", name: "@modelcontextprotocol/sdk", version: "1.32.2" },
    { registry: "npm", name: "zod", version: "4.6.7" },
  ]);
});

Deno.test("the bill of materials names each package with its checksum from the lock file", () => {
  const { components, dependencies } = billOfMaterials(
    [
      { registry: "jsr", name: "@std/path", version: "1.1.5" },
      { registry: "npm", name: "@scope/with-peer", version: "1.0.0" },
    ],
    {
      jsr: { "@std/path@1.1.5": { integrity: "00ff" } },
      npm: { "@scope/with-peer@1.0.0_zod@4.6.7": { integrity: "sha512-AP8=" } },
    },
  );
  assertEquals(components.map(({ name }) => name), ["@std/path", "@scope/with-peer", "deno"]);
  assertEquals(components.map((component) => "hashes" in component && component.hashes), [
    [{ alg: "SHA-256", content: "00ff" }],
    [{ alg: "SHA-512", content: "00ff" }],
    false,
  ]);
  assertEquals(dependencies[0]?.dependsOn.length, 3);
});
