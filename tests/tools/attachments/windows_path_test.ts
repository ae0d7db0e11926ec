// On every system: what Windows would do with a path is written in it.
import { assertEquals, assertStringIncludes } from "@std/assert";
import { windowsPathFault } from "../../../src/tools/attachments/windows_path.ts";

const { raw } = String;
/** The state directory and others that the user named; one is on a share. */
const TRUSTED = [raw`C:\Users\ada\.molecule-workspace`, raw`\\nas\Team\reports`];

function fault(path: string): string {
  return windowsPathFault(path, TRUSTED) ?? "none";
}

Deno.test("files on drives and on shares that the user named may be looked at", () => {
  for (
    const path of [
      raw`C:\Users\ada\a.txt`,
      "c:/Users/ada/a.txt",
      raw`\\?\C:\Users\ada\a.txt`,
      raw`\\nas\team\a.txt`,
      "//NAS/team/deeper/a.txt",
      raw`\\?\UNC\nas\team\a.txt`,
      raw`C:\Users\ada\console.txt`,
      raw`C:\CON\a.txt`,
    ]
  ) assertEquals(fault(path), "none", path);
});

Deno.test("another server is not shown the user's login", () => {
  for (
    const path of [
      raw`\\evil.example\share\a.txt`,
      "//evil.example/share/a.txt",
      raw`/\evil.example\share\a.txt`,
      raw`\\?\UNC\evil.example\share\a.txt`,
      "//?/UNC/evil.example/share/a.txt",
      raw`\\evil.example@SSL@8443\share\a.txt`,
      raw`\\nas\other\a.txt`,
      raw`\\nas`,
      raw`\\\nas\team\a.txt`,
    ]
  ) assertStringIncludes(fault(path), "shown this user's login", path);
});

Deno.test("a device is not opened, whatever path leads to it", () => {
  for (
    const path of [
      raw`\\.\pipe\x`,
      "//./pipe/x",
      raw`\\.\C:\Users\ada\a.txt`,
      raw`\\?\GLOBALROOT\Device\HarddiskVolumeShadowCopy1\x`,
      raw`\??\C:\Users\ada\a.txt`,
      raw`\\?\pipe\x`,
    ]
  ) assertEquals(fault(path), "it names a device, not a file", path);
  for (const name of ["CON", "nul", "NUL.txt", "Com1", "LPT² ", "aux .txt"]) {
    assertStringIncludes(fault(`C:\\Users\\ada\\${name}`), "is a device of Windows", name);
  }
});

Deno.test("a stream inside of a file is not sent", () => {
  for (
    const path of [
      raw`C:\Users\ada\a.txt:stream`,
      raw`C:\Users\ada\a.txt::$DATA`,
      raw`\\?\C:\Users\ada\a.txt:stream:$DATA`,
      raw`\\nas\team\a.txt:x`,
      raw`C:\Users\ada:x\a.txt`,
    ]
  ) assertStringIncludes(fault(path), "a stream inside of a file", path);
});

Deno.test("what is not absolute is left to be told as such", () => {
  for (const path of ["a.txt", raw`C:a.txt`, raw`\a.txt`, "/c/Users/ada/a.txt", "", "~/a.txt"]) {
    assertEquals(fault(path), "none", path);
  }
});
