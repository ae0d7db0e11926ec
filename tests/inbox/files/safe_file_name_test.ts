import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { isDeviceName } from "../../../src/lib/device_name.ts";
import { safeFileName } from "../../../src/inbox/files/safe_file_name.ts";

Deno.test("a file name keeps its base name and its plain characters", () => {
  const table: Record<string, string> = {
    "report.pdf": "report.pdf",
    "my report (final).pdf": "my_report__final_.pdf",
    "../../etc/passwd": "passwd",
    "/abs/olute.txt": "olute.txt",
    "C:\\Users\\ada\\cv.doc": "cv.doc",
    "weird;rm -rf $HOME`x`.sh": "weird_rm_-rf__HOME_x_.sh",
    "Übersicht.csv": "_bersicht.csv",
    "😀.png": "_.png",
    ".bashrc": ".bashrc",
    "a\nb\0c": "a_b_c",
    "file.txt:stream": "file.txt_stream",
    "file::$DATA": "file___DATA",
    'a<b>c:d"e|f?g*h': "a_b_c_d_e_f_g_h",
    "tide table ": "tide_table_",
    "report.": "report",
    "report.pdf...": "report.pdf",
    [`${".".repeat(120)}${"y".repeat(20)}`]: "file",
  };
  for (const [name, expected] of Object.entries(table)) {
    assertEquals(safeFileName(name), expected);
  }
});

Deno.test("a name that would be no file, or a directory, becomes file", () => {
  for (const name of ["", ".", "..", "...", "dir/", "a/..", "\\"]) {
    assertEquals(safeFileName(name), "file");
  }
});

Deno.test("a name that is a device of Windows is one no more, on any system", () => {
  for (const name of ["CON", "con", "Aux.h", "nul.tar.gz", "COM1", "lpt9.txt", "PRN.", "COM0"]) {
    assertEquals(safeFileName(name), `_${name.replace(/\.$/, "")}`);
  }
  for (const name of ["console", "com10", "nul_", "a.con", "COM", "auxiliary.txt"]) {
    assertEquals(safeFileName(name), name);
  }
  for (const name of ["COM¹", "LPT³.txt", "CONIN$"]) {
    assert(!isDeviceName(safeFileName(name)) && isDeviceName(name), name);
  }
});

Deno.test("a long name is cut to 100 characters and keeps a short extension", () => {
  assertEquals(safeFileName("x".repeat(100)), "x".repeat(100));
  assertEquals(safeFileName(`${"x".repeat(120)}.pdf`), `${"x".repeat(96)}.pdf`);
  assertEquals(safeFileName("x".repeat(120)), "x".repeat(100));
});

Deno.test("a long extension is cut like the rest", () => {
  const name = `x.${"y".repeat(120)}`;
  assertEquals(safeFileName(name), name.slice(0, 100));
  assertEquals(safeFileName(`.${"y".repeat(120)}`), `.${"y".repeat(99)}`);
});

Deno.test("property: any name becomes one harmless path segment, and stays it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300, size: "max" }), (name) => {
      const safe = safeFileName(name);
      assert(/^[A-Za-z0-9._-]{1,100}$/.test(safe) && !/\.$/.test(safe), safe);
      assert(!isDeviceName(safe), safe);
      assertEquals(safeFileName(safe), safe);
    }),
    { numRuns: 1_000 },
  );
});
