import { assertEquals } from "@std/assert";
import { hiddenPlaces, isHiddenInHome } from "../../../src/tools/attachments/hidden_in_home.ts";

/** Which of the paths below the home are hidden there. */
function hidden(os: string, paths: readonly string[]): string[] {
  return paths.filter((path) => isHiddenInHome(path.split("/"), os));
}

const EVERYWHERE = [".ssh/id", ".netrc", ".config/gh/hosts.yml", "work/.git/config"];
const NOWHERE = [
  "a.txt",
  "work/.env",
  "work/appdata/x",
  "work/Library/x",
  "AppData.zip",
  "Librarys/x",
];
const WINDOWS = [
  "AppData",
  "AppData/Roaming/Browser/Cookies",
  "appdata/Local/x",
  "_netrc",
  "NTUSER.DAT",
  "ntuser.dat.LOG1",
];
const MAC = [
  "Library",
  "Library/Keychains/login.keychain-db",
  "library/Cookies/x",
  "Library/CloudStorages/x",
];
const MAC_DOCUMENTS = [
  "Library/Mobile Documents/com~apple~CloudDocs/a",
  "Library/CloudStorage/D/a",
];

Deno.test("dot-directories and top-level dotfiles are hidden on every system", () => {
  for (const os of ["linux", "darwin", "windows"]) {
    assertEquals(hidden(os, [...EVERYWHERE, ...NOWHERE]), EVERYWHERE, os);
  }
});

Deno.test("so is where the system has its programs keep cookies and keys", () => {
  assertEquals(hidden("windows", WINDOWS), WINDOWS);
  assertEquals(hidden("darwin", MAC), MAC);
  assertEquals(hidden("linux", [...WINDOWS, ...MAC]), []);
  assertEquals(hidden("darwin", WINDOWS), []);
  assertEquals(hidden("windows", MAC), []);
  assertEquals(["windows", "darwin", "linux"].map((os) => hiddenPlaces(os).split(",")[0]), [
    "AppData",
    "Library",
    "dot-directories and top-level dotfiles",
  ]);
});

Deno.test("documents that macOS keeps there for its user are not, unless a dot hides them", () => {
  assertEquals(hidden("darwin", MAC_DOCUMENTS), []);
  const dotted = ["Library/CloudStorage/D/.secret/a", "Library/Mobile Documents/.Trash/a"];
  assertEquals(hidden("darwin", dotted), dotted);
});
