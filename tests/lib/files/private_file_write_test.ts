import { assert, assertEquals, assertNotMatch, assertRejects } from "@std/assert";
import fc from "fast-check";
import { join } from "@std/path";
import {
  PrivateFileError,
  readPrivateFile,
  writePrivateFile,
} from "../../../src/lib/files/private_file.ts";
import { inChild } from "../../support/child.ts";
import { age, modeOf, posixTest, TestDir } from "../../support/test_dir.ts";
import { NOT_ROOT, testUnless } from "../../support/test_unless.ts";

const CHILD = new URL("private_file_child.ts", import.meta.url);

Deno.test("a written file holds exactly the content, without a final newline", async () => {
  await using dir = await TestDir.make();
  const path = dir.at("secret");
  assertEquals(await writePrivateFile(path, "abc"), true);
  assertEquals(await Deno.readTextFile(path), "abc");
  assertEquals(await dir.names(), ["secret"]);
});

Deno.test("any text comes back as it was written", async () => {
  await using dir = await TestDir.make();
  const path = dir.at("secret");
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "grapheme", maxLength: 5000 }), async (text) => {
      await writePrivateFile(path, text);
      assertEquals((await readPrivateFile(path))?.content, text);
    }),
    { numRuns: 40 },
  );
});

Deno.test("a later write replaces longer content whole", async () => {
  await using dir = await TestDir.make();
  const path = await dir.write("secret", "x".repeat(10_000));
  await writePrivateFile(path, "short");
  assertEquals(await Deno.readTextFile(path), "short");
});

posixTest("the mode is 0600 whatever the umask", async () => {
  await using dir = await TestDir.make();
  for (const umask of [0o000, 0o022, 0o077, 0o177, 0o377, 0o777]) {
    const path = dir.at(`secret-${umask.toString(8)}`);
    const answer = await inChild(CHILD, { action: "write", path, content: "abc", umask });
    assertEquals(answer.value, true);
    assertEquals(await modeOf(path), 0o600, `umask ${umask.toString(8)}`);
  }
});

posixTest("replacing a file that others could read gives one that they cannot", async () => {
  await using dir = await TestDir.make();
  const path = await dir.write("secret", "old", 0o644);
  await writePrivateFile(path, "new");
  assertEquals(await modeOf(path), 0o600);
});

posixTest("the same content in a private file is not touched", async () => {
  await using dir = await TestDir.make();
  const path = await dir.write("secret", "abc", 0o600);
  const then = await age(path);
  const { ino } = await Deno.stat(path);
  assertEquals(await writePrivateFile(path, "abc"), false);
  const after = await Deno.stat(path);
  assertEquals([after.mtime, after.ino], [then, ino]);
});

posixTest("the same content with a wider mode is written again, privately", async () => {
  await using dir = await TestDir.make();
  for (const mode of [0o644, 0o640, 0o604, 0o666, 0o700]) {
    const path = await dir.write("secret", "abc", mode);
    assertEquals(await writePrivateFile(path, "abc"), true);
    assertEquals(await modeOf(path), 0o600);
    assertEquals(await Deno.readTextFile(path), "abc");
  }
});

Deno.test("a missing directory is created for its owner alone", async () => {
  await using dir = await TestDir.make();
  const path = join(dir.at("state"), "secret");
  await writePrivateFile(path, "abc");
  assertEquals(await Deno.readTextFile(path), "abc");
  if (Deno.build.os !== "windows") assertEquals(await modeOf(dir.at("state")), 0o700);
});

posixTest("a symbolic link is refused and what it leads to stays as it is", async () => {
  await using dir = await TestDir.make();
  const aim = await dir.write("aim", "untouched", 0o644);
  for (const [name, to] of [["link", aim], ["dangling", dir.at("nothing")]] as const) {
    await Deno.symlink(to, dir.at(name));
    const error = await assertRejects(
      () => writePrivateFile(dir.at(name), "untouched"),
      PrivateFileError,
      "got a symbolic link",
    );
    assertEquals(error.path, dir.at(name));
  }
  assertEquals(await Deno.readTextFile(aim), "untouched");
  assertEquals(await dir.names(), ["aim", "dangling", "link"]);
});

posixTest("a directory and a named pipe are refused", async () => {
  await using dir = await TestDir.make();
  await Deno.mkdir(dir.at("directory"));
  await makePipe(dir.at("pipe"));
  await assertRejects(
    () => writePrivateFile(dir.at("directory"), "abc"),
    PrivateFileError,
    "got a directory",
  );
  await assertRejects(
    () => writePrivateFile(dir.at("pipe"), "abc"),
    PrivateFileError,
    "got a named pipe",
  );
  assertEquals(await dir.names(), ["directory", "pipe"]);
});

Deno.test("an error names the file and carries its cause, but never the content", async () => {
  await using dir = await TestDir.make();
  const path = join(await dir.write("not-a-directory", ""), "secret");
  const error = await assertRejects(
    () => writePrivateFile(path, "the-token"),
    PrivateFileError,
    `Cannot write the private file ${path}: `,
  );
  assert(error.cause instanceof Error);
  assertNotMatch(Deno.inspect(error), /the-token/);
});

posixTest("a file that cannot be read, but replaced, is replaced", async () => {
  await using dir = await TestDir.make();
  await Deno.chmod(dir.path, 0o777);
  const path = await dir.write("secret", "abc", 0o000);
  const answer = await inChild(CHILD, {
    action: "write",
    path,
    content: "abc",
    unprivileged: true,
  });
  assertEquals(answer, { value: true });
  assertEquals(await modeOf(path), 0o600);
});

testUnless(NOT_ROOT, {
  name: "a rename that the system refuses leaves the old content and no temporary file",
  fn: async () => {
    await using dir = await TestDir.make();
    await Deno.chmod(dir.path, 0o1777); // Sticky: anyone may add a file, only owners may replace.
    const path = await dir.write("secret", "of root", 0o644);
    const answer = await inChild(CHILD, {
      action: "write",
      path,
      content: "abc",
      unprivileged: true,
    });
    assertEquals(answer.error?.name, "PrivateFileError");
    assertEquals(answer.error?.cause, "PermissionDenied");
    assertEquals(await Deno.readTextFile(path), "of root");
    assertEquals(await dir.names(), ["secret"]);
  },
});

posixTest("writing needs no permission but for the directory", async () => {
  await using dir = await TestDir.make();
  const path = dir.at("secret");
  const answer = await inChild(
    CHILD,
    { action: "write", path, content: "abc" },
    [`--allow-read=${dir.path}`, `--allow-write=${dir.path}`],
  );
  assertEquals(answer, { value: true });
  assertEquals(await modeOf(path), 0o600);
});

async function makePipe(path: string): Promise<void> {
  const { success } = await new Deno.Command("mkfifo", { args: [path] }).output();
  assert(success, "mkfifo failed");
}
