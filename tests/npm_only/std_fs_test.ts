// Whichever these are, of JSR or scripts/npm_only/: both are held to the same.
import { emptyDir, ensureDir, exists, walk } from "@std/fs";
import { relative } from "node:path";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { TestDir } from "../support/test_dir.ts";

/** A directory with files at three depths. */
async function tree(): Promise<TestDir> {
  const dir = await TestDir.make();
  await ensureDir(dir.at("a", "b"));
  for (const name of ["one.ts", "two.txt", "a/three.ts", "a/b/four.ts"]) await dir.write(name, "");
  return dir;
}

/** What is walked, below the directory, sorted. */
async function walked(dir: TestDir, options: Parameters<typeof walk>[1]): Promise<string[]> {
  const paths = await Array.fromAsync(walk(dir.path, options), ({ path }) => path);
  return paths.map((path) => relative(dir.path, path).replaceAll("\\", "/")).sort();
}

Deno.test("walk finds everything below, and the directory itself", async () => {
  await using dir = await tree();
  const all = ["", "a", "a/b", "a/b/four.ts", "a/three.ts", "one.ts", "two.txt"];
  assertEquals(await walked(dir, {}), all);
  assertEquals((await Array.fromAsync(walk(dir.url))).length, all.length, "a URL does as well");
});

Deno.test("walk keeps to a depth, to files and to endings", async () => {
  await using dir = await tree();
  assertEquals(await walked(dir, { maxDepth: 0 }), [""]);
  assertEquals(await walked(dir, { maxDepth: 1, includeDirs: false }), ["one.ts", "two.txt"]);
  assertEquals(await walked(dir, { exts: [".ts"] }), ["a/b/four.ts", "a/three.ts", "one.ts"]);
});

Deno.test("walk says what an entry is, and fails where there is nothing", async () => {
  await using dir = await tree();
  const entries = await Array.fromAsync(walk(dir.path, { maxDepth: 1, exts: [".txt"] }));
  assertEquals(entries, [{
    path: dir.at("two.txt"),
    name: "two.txt",
    isFile: true,
    isDirectory: false,
    isSymlink: false,
  }]);
  await assertRejects(() => Array.fromAsync(walk(dir.at("none"))), Deno.errors.NotFound);
});

Deno.test("emptyDir removes what is in a directory, and creates one", async () => {
  await using dir = await tree();
  await emptyDir(dir.url);
  assertEquals(await dir.names(), []);
  await emptyDir(dir.at("new", "deeper"));
  assertEquals(await walked(dir, {}), ["", "new", "new/deeper"]);
});

Deno.test("ensureDir creates parents, and leaves alone what is there", async () => {
  await using dir = await tree();
  await ensureDir(dir.at("x", "y"));
  await ensureDir(dir.url);
  assert(await exists(dir.at("x", "y")) && await exists(dir.at("one.ts")));
  assert(!await exists(dir.at("none")));
});
