import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { reasonOf, systemCode, systemReason } from "../../src/lib/system_error.ts";
import { TestDir } from "../support/test_dir.ts";
import { NO_LINKS, NOT_LINUX, NOT_WINDOWS, testUnless } from "../support/test_unless.ts";

/** The errors of files and connections that people were seen to run into. */
const KNOWN_CODES = [
  ...["EMFILE", "ENFILE", "ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM", "ENOTDIR", "EISDIR"],
  ...["ELOOP", "ENAMETOOLONG", "EIO", "ESTALE", "ENOMEM", "EFBIG", "ETXTBSY", "EBUSY"],
  "ENOBUFS",
];

/** What opening the path threw. */
async function opening(path: string): Promise<unknown> {
  try {
    (await Deno.open(path)).close();
  } catch (error) {
    return error;
  }
  throw new Error(`Expected ${path} not to open`);
}

testUnless(NO_LINKS, {
  name: "errors of real files are said in words, with the code",
  fn: async () => {
    await using dir = await TestDir.make();
    await Deno.symlink("loop", dir.at("loop"));
    const cases: [string, RegExp][] = [
      [dir.at("x".repeat(300)), /^the path is too long .* \(ENAMETOOLONG\)$/],
      [dir.at("loop"), /^its symbolic links form a loop.* \(ELOOP\)$/],
      [`${await dir.write("file", "")}/below`, /^a part of the path .* \(ENOTDIR\)$/],
    ];
    for (const [path, expected] of cases) {
      const error = await opening(path);
      assertMatch(systemReason(error) ?? "", expected);
      assertEquals(reasonOf(error), systemReason(error));
      const outer = new Error("with what", { cause: error });
      assertEquals([systemReason(outer), reasonOf(outer)], [systemReason(error), "with what"]);
    }
  },
});

testUnless(NOT_LINUX, {
  name: "a full device is one, whoever wraps the error",
  fn: async () => {
    const error = await Deno.writeTextFile("/dev/full", "x").then(() => undefined, (e) => e);
    assertMatch(systemReason(new Error("a", { cause: error })) ?? "", /the disk is full/);
  },
});

Deno.test("the network's errors come without a code: their text is known", () => {
  const error = new TypeError("fetch failed", {
    cause: new Error("client error (Connect): dns error: Too many open files (os error 24)"),
  });
  assertEquals(systemCode(error), "EMFILE");
  const known = {
    EMFILE: "Too many open files",
    ENFILE: "Too many open files in system",
    ENOSPC: "No space left on device",
    EDQUOT: "Disk quota exceeded",
    EROFS: "Read-only file system",
    ENOMEM: "Cannot allocate memory",
  };
  for (const [code, text] of Object.entries(known)) {
    assertEquals(systemCode(new Error(`${text} (os error 1)`)), code);
  }
});

Deno.test("every code that is known has whole words, for a sentence's end", () => {
  for (const os of ["linux", "windows"] as const) {
    for (const code of KNOWN_CODES) {
      const words = systemReason(Object.assign(new Error("x"), { code }), os) ?? "";
      assert(words.endsWith(` (${code})`), words);
      // Begins within a sentence, ends without a full stop, and no part of it is missing.
      assertMatch(words.slice(0, -code.length - 3), /^(?:[a-z]|Windows )(?:[^ ]| (?! ))*[a-z)]$/);
    }
  }
});

Deno.test("Windows has neither modes nor ulimit, and a refusal often means a file in use", () => {
  for (const code of ["EPERM", "EACCES", "EMFILE"]) {
    const words = systemReason(Object.assign(new Error("x"), { code }), "windows") ?? "";
    assertNotMatch(words, /\bmode\b|ulimit|owner/);
  }
  const refused = Object.assign(new Error("x"), { code: "EPERM" });
  assertMatch(systemReason(refused, "windows") ?? "", /read-only.*no other program holds it open/);
});

Deno.test("errors of Windows without a code are known by their numbers, in any language", () => {
  const known = { 1295: "EDQUOT", 1450: "ENOMEM", 1455: "ENOMEM", 10024: "EMFILE" };
  for (const [number, code] of Object.entries(known)) {
    assertEquals(systemCode(new Error(`Kein Platz. (os error ${number}): open 'C:\\x'`)), code);
  }
  assertEquals(systemCode(new Error("Kein Platz. (os error 145)")), undefined);
});

testUnless(NOT_WINDOWS, {
  name: "errors of real files on Windows are said in words, with the code",
  fn: async () => {
    await using dir = await TestDir.make();
    const path = await dir.write("new", "y");
    const refused = await Deno.mkdir(dir.at("folder")).then(() =>
      Deno.rename(path, dir.at("folder"))
    ).then(() => undefined, (error) => error);
    assertMatch(reasonOf(refused), /^Windows denies access.*\(EPERM\)$/);
  },
});

Deno.test("a code is found through several wraps; causes that go round in a circle have an end", () => {
  let error: Error = Object.assign(new Error("x"), { code: "EIO" });
  for (let wraps = 0; wraps < 4; wraps++) error = new Error("in between", { cause: error });
  assertEquals(systemCode(error), "EIO");
  const circle = new Error("x");
  circle.cause = new Error("y", { cause: circle });
  assertEquals(systemCode(circle), undefined);
});

Deno.test("a fault of the program is not an error of the system", () => {
  for (const error of [new Error("x"), new TypeError("y"), "z", undefined, { code: "ENOSPC" }]) {
    assertEquals(systemReason(error), undefined);
  }
  for (const code of ["ERR_INVALID_ARG_TYPE", "", 13, undefined]) {
    assertEquals(systemCode(Object.assign(new Error("x"), { code })), undefined);
  }
  assertEquals(reasonOf("z"), "z");
});

Deno.test("without words of ours the system's own are kept, without Deno's call and path", async () => {
  await using dir = await TestDir.make();
  const reason = reasonOf(await opening(dir.at("none")));
  assertNotMatch(reason, /os error|none/);
});
