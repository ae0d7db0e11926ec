import { assert, assertEquals } from "@std/assert";
import { refuseUsing } from "../scripts/bundle/code.ts";
import config from "../deno.json" with { type: "json" };
import { VERSION } from "../src/version.ts";
import { sourceFiles } from "./source_files.ts";

/** The part of a lock file that this looks at. */
interface Lock {
  readonly version: string;
  readonly specifiers: Readonly<Record<string, string>>;
  readonly jsr?: Readonly<Record<string, unknown>>;
  readonly npm: Readonly<Record<string, { readonly integrity: string }>>;
}

const readJson = async (path: string) =>
  JSON.parse(await Deno.readTextFile(new URL(`../${path}`, import.meta.url)));
const lock: Lock = await readJson("deno.lock");
const npmOnlyLock: Lock = await readJson("scripts/npm_only/deno.lock");
const knownJsr: Required<Omit<Lock, "npm">> = await readJson("tests/fixtures/jsr-lock.json");
const importMap: { imports: Record<string, string> } = await readJson(
  "scripts/npm_only/import_map.json",
);
const imports: Readonly<Record<string, string>> = config.imports;

/** The packages that the adapters of scripts/npm_only/ need, and nothing else does. */
const ADAPTERS_NEED = ["pathe"];

function pick(
  record: Readonly<Record<string, unknown>>,
  prefix: string,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name.startsWith(prefix)));
}

Deno.test("the program's version is deno.json's", () => assertEquals(VERSION, config.version));

Deno.test("a test that is skipped says why: testUnless", async () => {
  // Steps, which say why in their output.
  const steps = [
    "tests/slow/call_limits_test.ts",
    "tests/slow/modern_clients_test.ts",
    "tests/slow/npm_package_test.ts",
    "tests/slow/requests_clients_test.ts",
  ];
  const silent = [...await sourceFiles("tests/")].filter(([, { text }]) =>
    /\bignore: |^\s*ignore,$/m.test(text) && !text.includes("function skippedName(")
  ).map(([path]) => path);
  assertEquals(silent.sort(), steps);
});

Deno.test("the lock file is frozen", () => {
  assertEquals(config.lock, { path: "deno.lock", frozen: true });
});

Deno.test("the lock file's JSR half is the known one", () => {
  assertEquals(lock.jsr, knownJsr.jsr);
  assertEquals(pick(lock.specifiers, "jsr:"), knownJsr.specifiers);
});

Deno.test("every npm package is locked with its content", () => {
  for (const [name, { integrity }] of Object.entries({ ...lock.npm, ...npmOnlyLock.npm })) {
    assert(/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity), name);
  }
  assertEquals(npmOnlyLock.jsr, undefined);
});

Deno.test("the npm-only import map covers the imports of deno.json, at the same versions", () => {
  const packages = (names: string[]) => [...new Set(names.map((name) => name.replace(/\/$/, "")))];
  assertEquals(
    packages(Object.keys(importMap.imports)).sort(),
    [...Object.keys(imports), ...ADAPTERS_NEED].sort(),
  );
  for (const [name, target] of Object.entries(importMap.imports)) {
    const own = imports[name.replace(/\/$/, "")];
    if (own === undefined) assert(ADAPTERS_NEED.includes(name), name);
    else if (own.startsWith("jsr:")) assert(/^\.\/std_[a-z]+\.ts$/.test(target), name);
    else assertEquals(target.replace(/^npm:\//, "npm:").replace(/\/$/, ""), own);
  }
});

Deno.test("every package is named with a range", () => {
  for (const target of Object.values(imports)) {
    assert(/^(jsr|npm):.+@\^\d+\.\d+\.\d+$/.test(target), target);
  }
});

Deno.test("every package that the source imports is in deno.json", async () => {
  for (const { path, imports: imported, laterImports } of (await sourceFiles()).values()) {
    for (const name of [...imported, ...laterImports]) {
      if (name.startsWith("src/") || /^(node|npm|jsr):/.test(name)) continue;
      const known = Object.keys(imports).some((own) => name === own || name.startsWith(`${own}/`));
      assert(known, `${path} imports ${name}`);
    }
  }
});

Deno.test("the compiler is as strict as in denoland/std", () => {
  const { jsx, jsxImportSource, ...strictness } = config.compilerOptions;
  assertEquals([jsx, jsxImportSource], ["react-jsx", "preact"]); // Of the page (src/page).
  for (const [flag, on] of Object.entries(strictness)) assertEquals(on, true, flag);
});

Deno.test("nothing in src is left to `using`, which the minifier drops (scripts/bundle.ts)", async () => {
  for (const { text } of (await sourceFiles()).values()) refuseUsing(text);
});

Deno.test("no module needs scrolling without end: 250 lines at most", async () => {
  const long: string[] = [];
  for (const folder of ["src/", "scripts/", "tests/"]) {
    for (const { path, text } of (await sourceFiles(folder)).values()) {
      if (text.split("\n").length - 1 > 250) long.push(path);
    }
  }
  assertEquals(long, []);
});
