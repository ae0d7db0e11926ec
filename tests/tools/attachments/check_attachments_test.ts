import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { toFileUrl } from "@std/path";
import {
  checkAttachments,
  type CheckedAttachment,
} from "../../../src/tools/attachments/check_attachments.ts";
import { SYSTEM_FILE } from "../../support/native_path.ts";
import { TestDir } from "../../support/test_dir.ts";
import { NO_LINKS, NOT_WINDOWS, testUnless } from "../../support/test_unless.ts";
import { NO_SECRETS, refusal, settingsIn } from "./refusal.ts";

const MB = 1024 * 1024;

function withoutIdentity(checked: CheckedAttachment | undefined) {
  if (!checked || !("file" in checked)) return checked;
  const { identity, ...file } = checked.file;
  assert(identity !== undefined);
  return { file };
}

/** A path below the root, without it. */
function inRoot(path: string): string {
  return path.replace(/^([A-Z]:)?[\\/]/, "");
}

/** An empty file that says it is so large; takes no space. */
async function sparse(dir: TestDir, name: string, bytes: number): Promise<string> {
  const path = await dir.write(name, "");
  await Deno.truncate(path, bytes);
  return path;
}

Deno.test("only an absolute path to a regular file that is there", async () => {
  await using dir = await TestDir.make();
  const settings = await settingsIn(dir);
  const file = await dir.write("a.txt", "x");
  const [checked] = await checkAttachments([{ path: file }], settings, NO_SECRETS);
  assertEquals(withoutIdentity(checked), {
    file: { path: await Deno.realPath(file), name: "a.txt", size: 1 },
  });
  for (const path of ["a.txt", "./a.txt", "~/a.txt", `${file}\0`, toFileUrl(file).href]) {
    assertStringIncludes(await refusal(settings, path), "expected an absolute path");
  }
  assertEquals(
    await refusal(settings, file, dir.at("none")),
    `Error: attachment not found: ${dir.at("none")}`,
  );
  const { open } = Deno;
  Deno.open = () => Promise.reject(new Deno.errors.PermissionDenied("no"));
  try {
    assertEquals(await refusal(settings, file), `Error reading ${file}: permission denied`);
  } finally {
    Deno.open = open;
  }
  for (const path of [dir.path, ...(Deno.build.os === "windows" ? [] : ["/dev/null"])]) {
    assertEquals(
      await refusal(settings, path),
      `Error: invalid attachment path ${path}: not a regular file`,
    );
  }
});

Deno.test("a path through a file says so", async () => {
  await using dir = await TestDir.make();
  const path = `${await dir.write("a.txt", "x")}/x`;
  assertStringIncludes(await refusal(await settingsIn(dir), path), `Error reading ${path}: `);
});

testUnless(
  NOT_WINDOWS,
  "on Windows the drive has to be there, and no device, stream or server",
  async () => {
    await using dir = await TestDir.make();
    const settings = await settingsIn(dir);
    const file = await dir.write("a.txt", "x");
    await Deno.writeTextFile(`${file}:stream`, "hidden");
    const posix = file.slice(2).replaceAll("\\", "/");
    for (
      const [path, why] of [
        [posix, `expected an absolute path, for example ${JSON.stringify(`C:${file.slice(2)}`)}`],
        [`/c${posix}`, `for example ${JSON.stringify(`C:${file.slice(2)}`)}`],
        ["C:a.txt", "expected an absolute path"],
        [`${file}:stream`, "a stream inside of a file"],
        [`${file}::$DATA`, "a stream inside of a file"],
        [dir.at("NUL"), "is a device of Windows"],
        ["\\\\.\\pipe\\x", "names a device"],
        ["\\\\server.invalid\\share\\a.txt", "shown this user's login"],
      ] as const
    ) assertStringIncludes(await refusal(settings, path), why);
    for (
      const path of [
        file.replaceAll("\\", "/"),
        file.toUpperCase(),
        `\\\\?\\${file}`,
        `${file}.`,
        `workspace:${file}`,
      ]
    ) {
      const [checked] = await checkAttachments([{ path }], settings, NO_SECRETS);
      const { file: found } = withoutIdentity(checked) as { file: { path: string; name: string } };
      assertEquals([found.path, found.name.toLowerCase()], [file, "a.txt"], path);
    }
  },
);

Deno.test("an empty file is refused by name: the platform fails on it", async () => {
  await using dir = await TestDir.make();
  const path = await dir.write("empty.csv", "");
  assertEquals(
    await refusal(await settingsIn(dir), path),
    `Error: attachment ${path} is empty (0 bytes); the platform does not accept empty files`,
  );
});

testUnless(NO_LINKS, "a link is followed, and shown under its own name", async () => {
  await using dir = await TestDir.make();
  const file = await dir.write("a.txt", "x");
  await Deno.symlink(file, dir.at("report.txt"));
  const [checked] = await checkAttachments(
    [{ path: dir.at("report.txt") }],
    await settingsIn(dir),
    NO_SECRETS,
  );
  assertEquals(withoutIdentity(checked), {
    file: { path: await Deno.realPath(file), name: "report.txt", size: 1 },
  });
});

Deno.test("the limits hold before anything is sent, and are named", async () => {
  await using dir = await TestDir.make();
  const settings = await settingsIn(dir);
  const most = await sparse(dir, "most.bin", 25 * MB);
  const rest = await sparse(dir, "rest.bin", 24.5 * MB);
  await checkAttachments([{ path: most }, { path: rest }], settings, NO_SECRETS);
  await checkAttachments(
    Array(64).fill({ path: await dir.write("small", "x") }),
    settings,
    NO_SECRETS,
  );
  const tooBig = await sparse(dir, "big.bin", 25 * MB + 1);
  assertEquals(
    await refusal(settings, tooBig),
    `Error: attachment ${tooBig} is 25.1 MB; the limit is 25 MB per file`,
  );
  // Two of the largest files and the form around them do not fit into the platform's 50 MiB.
  assertStringIncludes(
    await refusal(settings, most, most),
    "Error: the attachments are 50 MB in total; one message takes at most 49.5 MB",
  );
  assertEquals(
    await refusal(settings, ...Array(65).fill(dir.at("none"))),
    "Error: 65 attachments are too many: one message takes at most 64",
  );
});

Deno.test("outside of the allowed directories nothing is attached", async () => {
  await using dir = await TestDir.make();
  await using other = await TestDir.make();
  const settings = { ...await settingsIn(dir), attachRoots: { configured: [dir.path] } };
  const outside = await other.write("a.txt", "x");
  for (
    const path of [outside, SYSTEM_FILE, `${dir.path}/${"../../".repeat(20)}${inRoot(outside)}`]
  ) {
    const text = await refusal(settings, path);
    assertStringIncludes(text, "is outside the directories that attachments may come from");
    assertStringIncludes(text, await Deno.realPath(dir.path));
    assertStringIncludes(text, "set MOLECULE_ATTACH_ROOTS");
  }
});

testUnless(NO_LINKS, "a link leads nowhere else, except that of a root itself", async () => {
  await using dir = await TestDir.make();
  await using other = await TestDir.make();
  const settings = { ...await settingsIn(dir), attachRoots: { configured: [dir.path] } };
  const outside = await other.write("a.txt", "x");
  await Deno.symlink(outside, dir.at("link.txt"));
  await Deno.symlink(other.path, dir.at("linked"));
  for (const path of [dir.at("link.txt"), dir.at("linked/a.txt")]) {
    assertStringIncludes(
      await refusal(settings, path),
      "is outside the directories that attachments may come from",
    );
  }
  await Deno.symlink(other.path, dir.at("root"));
  const linked = { ...settings, attachRoots: { configured: [dir.at("root")] } };
  await checkAttachments([{ path: outside }], linked, NO_SECRETS);
});

Deno.test("a path may begin with the home directory, or be the one that a message names", async () => {
  await using dir = await TestDir.make();
  const settings = { ...await settingsIn(dir), homeDir: dir.path };
  const path = await dir.write("report.txt", "x");
  for (const given of ["~/report.txt", `workspace:${path}`, path]) {
    const [checked] = await checkAttachments([{ path: given }], settings, NO_SECRETS);
    assertEquals(withoutIdentity(checked), {
      file: { path: await Deno.realPath(path), name: "report.txt", size: 1 },
    });
  }
});
