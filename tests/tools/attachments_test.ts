import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { checkAttachments, parseAttachments } from "../../src/tools/attachments.ts";
import { ToolInputError } from "../../src/tools/define_tool.ts";
import { TestDir } from "../auth/testing.ts";

const MB = 1024 * 1024;

/** Settings with a state directory in which the files of the test are. */
async function settingsIn(dir: TestDir, tokenFile?: string) {
  const stateDir = dir.at("state");
  await Deno.mkdir(stateDir, { recursive: true });
  const platformUrl = { base: "http://127.0.0.1", origin: "http://127.0.0.1", exposed: false };
  const workspace = { id: "ws-1", platformUrl, ...(tokenFile && { tokenFile }) };
  return { stateDir, workspaces: [workspace] as const };
}

/** An empty file that says it is so large; takes no space. */
async function sparse(dir: TestDir, name: string, bytes: number): Promise<string> {
  const path = await dir.write(name, "");
  await Deno.truncate(path, bytes);
  return path;
}

async function refusal(settings: Awaited<ReturnType<typeof settingsIn>>, ...paths: string[]) {
  const error = await assertRejects(
    () => checkAttachments(paths.map((path) => ({ path })), settings),
    ToolInputError,
  );
  return error.message;
}

Deno.test("attachments are a list of paths or objects; nothing is dropped silently", () => {
  assertEquals(parseAttachments(undefined), []);
  assertEquals(parseAttachments(null), []);
  assertEquals(parseAttachments([" /a ", { path: "/b" }, { file_path: "/c" }]), [
    { path: "/a" },
    { path: "/b" },
    { path: "/c" },
  ]);
  assertEquals(
    parseAttachments([{ uri: "u", name: "n", mimeType: "a/b", size: 1.5 }]),
    [{ uploaded: { uri: "u", name: "n", mimeType: "a/b" } }],
  );
  for (const value of ["/a", {}, 5, true]) {
    assertThrows(() => parseAttachments(value), ToolInputError, "must be an array");
  }
  for (const entry of ["", " ", 5, null, {}, { uri: "u" }, { name: "n" }, ["/a"], { path: "" }]) {
    assertThrows(
      () => parseAttachments(["/a", entry]),
      ToolInputError,
      "Error: invalid attachment at [1]: expected an absolute file path",
    );
  }
});

Deno.test("only an absolute path to a regular file that is there", async () => {
  await using dir = await TestDir.make();
  const settings = await settingsIn(dir);
  const file = await dir.write("a.txt", "x");
  assertEquals(await checkAttachments([{ path: file }], settings), [
    { file: { path: await Deno.realPath(file), name: "a.txt", size: 1 } },
  ]);
  for (const path of ["a.txt", "./a.txt", "~/a.txt", `${file}\0`]) {
    assertStringIncludes(await refusal(settings, path), "expected an absolute path");
  }
  assertEquals(
    await refusal(settings, file, dir.at("none")),
    `Error: attachment not found: ${dir.at("none")}`,
  );
  assertStringIncludes(await refusal(settings, `${file}/x`), `Error reading ${file}/x: `);
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
    `Error: attachment ${path} is empty (0 bytes); the platform takes no empty file`,
  );
});

Deno.test("a link is followed, and shown under its own name", async () => {
  await using dir = await TestDir.make();
  const file = await dir.write("a.txt", "x");
  await Deno.symlink(file, dir.at("report.txt"));
  const [checked] = await checkAttachments([{ path: dir.at("report.txt") }], await settingsIn(dir));
  assertEquals(checked, { file: { path: await Deno.realPath(file), name: "report.txt", size: 1 } });
});

Deno.test("this program's own secrets are not sent, whatever path leads to them", async () => {
  await using dir = await TestDir.make();
  const tokenFile = await dir.write("token.txt", "secret");
  const settings = await settingsIn(dir, tokenFile);
  const saved = join(settings.stateDir, ".auth_token");
  await Deno.writeTextFile(saved, "secret");
  await Deno.symlink(saved, dir.at("harmless.txt"));
  await Deno.symlink(settings.stateDir, dir.at("linked"));
  for (
    const path of [
      saved,
      join(settings.stateDir, "..", "state", ".auth_token"),
      dir.at("harmless.txt"),
      join(dir.at("linked"), ".auth_token"),
      tokenFile,
    ]
  ) {
    assertStringIncludes(await refusal(settings, path), "belongs to molecule-mcp's own secrets");
  }
  const upload = join(settings.stateDir, "chat-uploads", "a.csv");
  await Deno.mkdir(join(settings.stateDir, "chat-uploads"));
  await Deno.writeTextFile(upload, "received before, may be passed on");
  await checkAttachments([{ path: upload }], settings);
});

Deno.test("a state directory that is gone hides nothing and breaks nothing", async () => {
  await using dir = await TestDir.make();
  const settings = await settingsIn(dir);
  const file = await dir.write("a.txt", "x");
  await Deno.remove(settings.stateDir);
  await checkAttachments([{ path: file }], settings);
});

Deno.test("the limits hold before anything is sent, and are named", async () => {
  await using dir = await TestDir.make();
  const settings = await settingsIn(dir);
  const most = await sparse(dir, "most.bin", 25 * MB);
  const rest = await sparse(dir, "rest.bin", 24.5 * MB);
  await checkAttachments([{ path: most }, { path: rest }], settings);
  await checkAttachments(Array(64).fill({ path: await dir.write("small", "x") }), settings);
  const tooBig = await sparse(dir, "big.bin", 25 * MB + 1);
  assertEquals(
    await refusal(settings, tooBig),
    `Error: attachment ${tooBig} has 25.1 MB; at most 25 MB a file`,
  );
  // Two of the largest files and the form around them do not fit into the platform's 50 MiB.
  assertStringIncludes(
    await refusal(settings, most, most),
    "Error: the attachments have 50 MB together; at most 49.5 MB go with one message",
  );
  assertEquals(
    await refusal(settings, ...Array(65).fill(dir.at("none"))),
    "Error: 65 attachments; at most 64 go with one message",
  );
});
