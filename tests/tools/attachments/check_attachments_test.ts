import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  checkAttachments,
  type CheckedAttachment,
} from "../../../src/tools/attachments/check_attachments.ts";
import { TestDir } from "../../support/test_dir.ts";
import { NO_SECRETS, refusal, settingsIn } from "./refusal.ts";

const MB = 1024 * 1024;

function withoutIdentity(checked: CheckedAttachment | undefined) {
  if (!checked || !("file" in checked)) return checked;
  const { identity, ...file } = checked.file;
  assert(identity !== undefined);
  return { file };
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
  for (const path of ["a.txt", "./a.txt", "~/a.txt", `${file}\0`]) {
    assertStringIncludes(await refusal(settings, path), "expected an absolute path");
  }
  assertEquals(
    await refusal(settings, file, dir.at("none")),
    `Error: attachment not found: ${dir.at("none")}`,
  );
  assertStringIncludes(await refusal(settings, `${file}/x`), `Error reading ${file}/x: `);
  const { open } = Deno;
  Deno.open = () => Promise.reject(new Deno.errors.PermissionDenied("no"));
  try {
    assertEquals(await refusal(settings, file), `Error reading ${file}: permission denied`);
  } finally {
    Deno.open = open;
  }
  for (const path of [dir.path, "/dev/null"]) {
    assertEquals(
      await refusal(settings, path),
      `Error: invalid attachment path ${path}: not a regular file`,
    );
  }
});

Deno.test("an empty file is refused by name: the platform fails on it", async () => {
  await using dir = await TestDir.make();
  const path = await dir.write("empty.csv", "");
  assertEquals(
    await refusal(await settingsIn(dir), path),
    `Error: attachment ${path} is empty (0 bytes); the platform does not accept empty files`,
  );
});

Deno.test("a link is followed, and shown under its own name", async () => {
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

Deno.test("outside of the allowed directories nothing is attached, whatever link leads there", async () => {
  await using dir = await TestDir.make();
  await using other = await TestDir.make();
  const settings = { ...await settingsIn(dir), attachRoots: { configured: [dir.path] } };
  const outside = await other.write("a.txt", "x");
  await Deno.symlink(outside, dir.at("link.txt"));
  await Deno.symlink(other.path, dir.at("linked"));
  for (
    const path of [
      outside,
      dir.at("link.txt"),
      dir.at("linked/a.txt"),
      dir.at(`${"../../".repeat(20)}etc/passwd`),
    ]
  ) {
    const text = await refusal(settings, path);
    assertStringIncludes(text, "is outside the directories that attachments may come from");
    assertStringIncludes(text, await Deno.realPath(dir.path));
    assertStringIncludes(text, "set MOLECULE_ATTACH_ROOTS");
  }
  // A root may be a link itself.
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
