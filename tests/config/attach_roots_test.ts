import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { parseAttachRoots, PATH_DELIMITER } from "../../src/config/attach_roots.ts";
import { environment } from "./support.ts";
import { nativePath } from "../support/native_path.ts";
import { NOT_WINDOWS, testUnless } from "../support/test_unless.ts";

function parse(variables: Record<string, string>, cwd?: () => string) {
  const notices: string[] = [];
  return { roots: parseAttachRoots(environment(variables), notices, cwd), notices };
}

Deno.test("unset: home, temp directories and the working directory", () => {
  const { roots, notices } = parse({ HOME: nativePath("/home/ada"), TMPDIR: nativePath("/var/x") });
  assertEquals(roots, {
    home: nativePath("/home/ada"),
    temp: Deno.build.os === "windows" ? ["C:\\var\\x"] : ["/var/x", "/tmp"],
    workingDir: Deno.cwd(),
  });
  assertEquals(notices, []);
});

Deno.test("a working directory that is gone does not count, and odd variables are skipped", () => {
  for (const failure of [new Deno.errors.NotFound(), new Deno.errors.NotCapable()]) {
    const { roots } = parse({ HOME: "ada", TMPDIR: "tmp" }, () => {
      throw failure;
    });
    assertEquals(roots, { temp: Deno.build.os === "windows" ? [] : ["/tmp"] });
  }
});

Deno.test("set: exactly these directories; ~ is the home, what is relative is noticed", () => {
  const [srv, home] = [nativePath("/srv/a"), nativePath("/home/ada")];
  const text = [srv, "", " ~/out ", "~\\in", "~", "rel/x", "~ada/x"].join(PATH_DELIMITER);
  const { roots, notices } = parse({ HOME: home, MOLECULE_ATTACH_ROOTS: text });
  assertEquals(roots, { configured: [srv, join(home, "out"), join(home, "in"), home] });
  assertEquals(notices, [
    'Ignoring "rel/x" in MOLECULE_ATTACH_ROOTS: expected an absolute path',
    'Ignoring "~ada/x" in MOLECULE_ATTACH_ROOTS: expected an absolute path',
  ]);
  assertEquals(parse({ MOLECULE_ATTACH_ROOTS: "rel" }).roots, { configured: [] });
});

testUnless(NOT_WINDOWS, "quotes around an entry are those of PATH; the drive must be there", () => {
  const text = String
    .raw`"D:\a;b";  "C:\Users\Ada Lovelace" ;C:"\x";;\srv;/c/Users;E:rel;\\nas\team`;
  const { roots, notices } = parse({ MOLECULE_ATTACH_ROOTS: text });
  assertEquals(roots, {
    configured: ["D:\\a;b", "C:\\Users\\Ada Lovelace", "C:\\x", "\\\\nas\\team"],
  });
  assertEquals(notices.length, 3, notices.join("\n"));
});

testUnless(NOT_WINDOWS, "the home is USERPROFILE, whatever Git Bash says HOME is", () => {
  const { roots } = parse({ HOME: "D:\\git\\home", USERPROFILE: "C:\\Users\\ada", TMPDIR: "/tmp" });
  assertEquals([roots], [{ home: "C:\\Users\\ada", temp: [], workingDir: Deno.cwd() }]);
});
