import { assertEquals } from "@std/assert";
import { parseAttachRoots, PATH_DELIMITER } from "../../src/config/attach_roots.ts";
import { environment } from "./support.ts";

function parse(variables: Record<string, string>, cwd?: () => string) {
  const notices: string[] = [];
  return { roots: parseAttachRoots(environment(variables), notices, cwd), notices };
}

Deno.test("unset: home, temp directories and the working directory", () => {
  const { roots, notices } = parse({ HOME: "/home/ada", TMPDIR: "/var/tmp/x" });
  assertEquals(roots, {
    home: "/home/ada",
    temp: Deno.build.os === "windows" ? ["/var/tmp/x"] : ["/var/tmp/x", "/tmp"],
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
  const text = ["/srv/a", "", " ~/out ", "~", "rel/x", "~ada/x"].join(PATH_DELIMITER);
  const { roots, notices } = parse({ HOME: "/home/ada", MOLECULE_ATTACH_ROOTS: text });
  assertEquals(roots, { configured: ["/srv/a", "/home/ada/out", "/home/ada"] });
  assertEquals(notices, [
    'Ignoring "rel/x" in MOLECULE_ATTACH_ROOTS: expected an absolute path',
    'Ignoring "~ada/x" in MOLECULE_ATTACH_ROOTS: expected an absolute path',
  ]);
  assertEquals(parse({ MOLECULE_ATTACH_ROOTS: "rel" }).roots, { configured: [] });
});
