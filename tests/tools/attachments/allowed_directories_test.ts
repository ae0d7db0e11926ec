import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import type { AttachRoots } from "../../../src/config/attach_roots.ts";
import { allowedDirectories } from "../../../src/tools/attachments/allowed_directories.ts";
import { ROOT, SYSTEM_FILE } from "../../support/native_path.ts";
import { TestDir } from "../../support/test_dir.ts";
import { NO_LINKS, NOT_WINDOWS, testUnless } from "../../support/test_unless.ts";

/** A home, a project in it, a temp directory, and something else; all real paths. */
async function tree(dir: TestDir) {
  const root = await Deno.realPath(dir.path);
  const at = (name: string) => join(root, name);
  for (const name of ["home/project/.git", "home/.ssh", "home/.cache/tmp", "temp", "else"]) {
    await Deno.mkdir(at(name), { recursive: true });
  }
  return at;
}

/** Which of the paths are allowed. */
async function allowed(roots: AttachRoots, paths: readonly string[]): Promise<string[]> {
  const places = await allowedDirectories(roots);
  return paths.filter((path) => places.contains(path));
}

Deno.test("by default: home without what is hidden, temp, and the working directory", async () => {
  await using dir = await TestDir.make();
  const at = await tree(dir);
  const yes = [
    "home/a.txt",
    "home/project/a",
    "home/project/.env",
    "temp/a",
    "temp/.x/a",
    "else/a",
  ];
  const no = ["home/.ssh/id", "home/.netrc", "home/project/.git/config", "homely/a", "elsewhere/a"];
  const roots = { home: at("home"), temp: [at("temp")], workingDir: at("else") };
  assertEquals(await allowed(roots, [...yes, ...no].map(at)), yes.map(at));
  const { explanation } = await allowedDirectories(roots);
  for (const part of [...Object.values(roots).flat(), "MOLECULE_ATTACH_ROOTS"]) {
    assertStringIncludes(explanation, part);
  }
});

Deno.test("a working directory that says nothing about the work does not count", async () => {
  await using dir = await TestDir.make();
  const at = await tree(dir);
  const home = at("home");
  const paths = [at("home/.ssh/id"), at("else/a"), SYSTEM_FILE];
  for (const workingDir of [ROOT, home, at("."), at("gone")]) {
    assertEquals(await allowed({ home, temp: [], workingDir }, paths), [], workingDir);
  }
  // One inside of the home does, with all that is in it.
  const roots = { home, temp: [], workingDir: at("home/project") };
  assertEquals(await allowed(roots, [at("home/project/.git/config")]), [
    at("home/project/.git/config"),
  ]);
});

Deno.test("a temp directory around the home does not open what is hidden in it; one in it counts", async () => {
  await using dir = await TestDir.make();
  const at = await tree(dir);
  const roots = { home: at("home"), temp: [at("."), ROOT] };
  assertEquals(await allowed(roots, [at("home/.ssh/id"), at("else/a"), SYSTEM_FILE]), [
    at("else/a"),
  ]);
  const inside = { home: at("home"), temp: [at("home/.cache/tmp")] };
  assertEquals(await allowed(inside, [at("home/.cache/tmp/a"), at("home/.cache/b")]), [
    at("home/.cache/tmp/a"),
  ]);
});

Deno.test("a home that is the root of everything opens nothing", async () => {
  assertEquals(await allowed({ home: ROOT, temp: [] }, [SYSTEM_FILE]), []);
});

testUnless(NO_LINKS, "configured directories have their links resolved", async () => {
  await using dir = await TestDir.make();
  const at = await tree(dir);
  await Deno.symlink(at("home/.ssh"), at("keys"));
  assertEquals(await allowed({ configured: [at("keys")] }, [at("home/.ssh/id"), at("home/a")]), [
    at("home/.ssh/id"),
  ]);
});

testUnless(
  NOT_WINDOWS,
  "by default AppData is closed, but for the temp directory in it",
  async () => {
    await using dir = await TestDir.make();
    const at = await tree(dir);
    const temp = at("home/AppData/Local/Temp");
    const client = at("home/AppData/Local/Client");
    for (const path of [temp, client]) await Deno.mkdir(path, { recursive: true });
    const paths = [join(client, "Cookies"), join(temp, "a"), at("home/a")];
    // A desktop client starts its servers where it is installed.
    for (const workingDir of [client, "C:\\Windows\\System32"]) {
      const roots = { home: at("home"), temp: [temp], workingDir };
      assertEquals(await allowed(roots, [...paths, "C:\\Windows\\System32\\a"]), paths.slice(1));
    }
  },
);

testUnless(NOT_WINDOWS, "neither case nor slashes of a directory matter", async () => {
  await using dir = await TestDir.make();
  const at = await tree(dir);
  const home = at("home").toUpperCase().replaceAll("\\", "/");
  const paths = [at("home/a"), at("HOME/.SSH/id"), at("HOME/APPDATA/x")];
  assertEquals(await allowed({ home, temp: [] }, paths), [at("home/a")]);
});

Deno.test("configured directories count as they are, and nothing else does", async () => {
  await using dir = await TestDir.make();
  const at = await tree(dir);
  const configured = [at("home/.ssh"), at("gone"), at("else")];
  assertEquals(
    await allowed({ configured }, [
      at("home/.ssh/id"),
      at("else/.x/a"),
      at("home/a"),
      at("temp/a"),
    ]),
    [at("home/.ssh/id"), at("else/.x/a")],
  );
  assertEquals(await allowed({ configured: [ROOT] }, [SYSTEM_FILE]), [SYSTEM_FILE]);
  assertEquals(await allowed({ configured: [] }, [at("home/a")]), []);
});
