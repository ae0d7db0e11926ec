import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import {
  PrivateFileError,
  readPrivateFile,
  writePrivateFile,
} from "../../../src/lib/files/private_file.ts";
import { inChild } from "../../support/child.ts";
import { posixTest, TestDir } from "../../support/test_dir.ts";
import { NOT_LINUX, NOT_WINDOWS, testUnless } from "../../support/test_unless.ts";
import { heldElsewhere } from "../../support/held_file.ts";

const CHILD = new URL("private_file_child.ts", import.meta.url);

const MIB = 1024 * 1024;

Deno.test("a file that is not there reads as undefined", async () => {
  await using dir = await TestDir.make();
  assertEquals(await readPrivateFile(dir.at("secret")), undefined);
  assertEquals(await readPrivateFile(dir.at("no/such/directory")), undefined);
});

Deno.test("the content comes as it is, blanks, newline and byte order mark included", async () => {
  await using dir = await TestDir.make();
  for (const content of ["", "abc\n", "  a b \r\n", "\ufeffabc", "grüße 漢字 🎈"]) {
    const path = await dir.write("secret", content);
    assertEquals((await readPrivateFile(path))?.content, content);
  }
});

posixTest("a mode that gives the group or others any access is reported", async () => {
  await using dir = await TestDir.make();
  const expected = [
    [0o600, false],
    [0o400, false],
    [0o700, false],
    [0o640, true],
    [0o604, true],
    [0o620, true],
    [0o601, true],
    [0o644, true],
  ] as const;
  for (const [mode, exposed] of expected) {
    const path = await dir.write(`secret-${mode.toString(8)}`, "abc", mode);
    assertEquals(await readPrivateFile(path), { content: "abc", exposed, mode });
  }
});

posixTest("a symbolic link is refused even when it leads to a private file", async () => {
  await using dir = await TestDir.make();
  await Deno.symlink(await dir.write("aim", "abc"), dir.at("link"));
  await assertRejects(
    () => readPrivateFile(dir.at("link")),
    PrivateFileError,
    `Cannot read ${dir.at("link")}: expected a regular file, got a symbolic link.`,
  );
});

posixTest("a named pipe is refused without waiting for a writer", async () => {
  await using dir = await TestDir.make();
  await new Deno.Command("mkfifo", { args: [dir.at("pipe")] }).output();
  await assertRejects(() => readPrivateFile(dir.at("pipe")), PrivateFileError, "got a named pipe");
});

Deno.test("a directory is refused", async () => {
  await using dir = await TestDir.make();
  await assertRejects(() => readPrivateFile(dir.path), PrivateFileError, "got a directory");
});

Deno.test("a file of 1 MiB is read and a larger one refused", async () => {
  await using dir = await TestDir.make();
  const largest = await dir.write("largest", "x".repeat(MIB));
  assertEquals((await readPrivateFile(largest))?.content.length, MIB);
  const larger = await dir.write("larger", "x".repeat(MIB + 1));
  await assertRejects(
    () => readPrivateFile(larger),
    PrivateFileError,
    "expected at most 1048576 bytes",
  );
});

testUnless(NOT_LINUX, "a file whose stated size is 0 is read to its end", async () => {
  const file = await readPrivateFile("/proc/self/status");
  assertEquals(file?.content.includes(`Pid:\t${Deno.pid}\n`), true);
});

Deno.test("bytes that are not text are refused", async () => {
  await using dir = await TestDir.make();
  const path = await dir.write("secret", new Uint8Array([0x61, 0xff, 0xfe]));
  await assertRejects(() => readPrivateFile(path), PrivateFileError, "UTF-8");
});

posixTest("a file without read permission is refused, with the cause", async () => {
  await using dir = await TestDir.make();
  await Deno.chmod(dir.path, 0o711);
  const path = await dir.write("secret", "abc", 0o000);
  const { error } = await inChild(CHILD, { action: "read", path, unprivileged: true });
  assertEquals(error, {
    name: "PrivateFileError",
    message: `Cannot read ${path}: permission denied. Check the owner and the mode of the file ` +
      "and its directories (EACCES).",
    cause: "PermissionDenied",
  });
});

Deno.test("a path through a file is refused, with the cause", async () => {
  await using dir = await TestDir.make();
  const path = join(await dir.write("file", ""), "secret");
  const error = await assertRejects(() => readPrivateFile(path), PrivateFileError, "Cannot read");
  assert(error.cause instanceof Deno.errors.NotADirectory);
});

Deno.test("a reader sees whole contents while the file is being replaced", async () => {
  await using dir = await TestDir.make();
  const path = await dir.write("secret", "a".repeat(50_000));
  let writing = true;
  const write = async () => {
    try {
      for (let i = 0; i < 150; i++) await writePrivateFile(path, "ba".charAt(i % 2).repeat(50_000));
    } finally {
      writing = false;
    }
  };
  const read = async () => {
    while (writing) {
      const content = (await readPrivateFile(path))?.content ?? "";
      assert(/^(a{50000}|b{50000})$/.test(content), "neither the old content nor the new");
      // Where an open file is not replaced, a reader that never lets go would keep the writer out.
      if (Deno.build.os === "windows") await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  await Promise.all([write(), read()]);
});

testUnless(
  NOT_WINDOWS,
  "a file that another program holds for a moment is read after it",
  async () => {
    await using dir = await TestDir.make();
    const path = await dir.write("secret", "abc");
    using held = heldElsewhere(3);
    assertEquals((await readPrivateFile(path))?.content, "abc");
    assertEquals(held.left, 0);
  },
);

testUnless(NOT_WINDOWS, "a file that another program keeps is an error that says so", async () => {
  await using dir = await TestDir.make();
  const path = await dir.write("secret", "abc");
  using _held = heldElsewhere(Infinity);
  await assertRejects(
    () => readPrivateFile(path),
    PrivateFileError,
    `Cannot read ${path}: another program holds the file. Close it there (EBUSY).`,
  );
});

/** Does something the first time that a file is opened, just before. */
function beforeOpening(act: () => Promise<void>): Disposable {
  const { open } = Deno;
  Deno.open = async (...args) => {
    Deno.open = open;
    await act();
    return await open(...args);
  };
  return { [Symbol.dispose]: () => Deno.open = open };
}

posixTest(
  "a link that replaces the file between the check and the open is not followed",
  async () => {
    await using dir = await TestDir.make();
    const path = await dir.write("secret", "abc");
    const aim = await dir.write("aim", "of somebody else");
    using _ = beforeOpening(async () => {
      await Deno.remove(path);
      await Deno.symlink(aim, path);
    });
    await assertRejects(() => readPrivateFile(path), PrivateFileError, "got a symbolic link");
  },
);

posixTest("a file that is put there between the look and the open is looked at anew", async () => {
  await using dir = await TestDir.make();
  const path = await dir.write("secret", "abc");
  const next = await dir.write("next", "abcdef", 0o644);
  using _ = beforeOpening(() => Deno.rename(next, path));
  assertEquals(await readPrivateFile(path), { content: "abcdef", exposed: true, mode: 0o644 });
});

posixTest(
  "a file that is replaced again and again is given up, and the error says so",
  async () => {
    await using dir = await TestDir.make();
    const path = await dir.write("secret", "abc");
    const { open } = Deno;
    let opened = 0;
    Deno.open = async (...args) => {
      await Deno.rename(await dir.write(`next ${opened++}`, "abc"), path);
      return await open(...args);
    };
    try {
      await assertRejects(
        () => readPrivateFile(path),
        PrivateFileError,
        `Cannot read ${path}: it was replaced 100 times while being opened.`,
      );
    } finally {
      Deno.open = open;
    }
    assertEquals(opened, 100);
  },
);
