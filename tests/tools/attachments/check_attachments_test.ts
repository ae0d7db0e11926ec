import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { join } from "@std/path";
import type { AttachRoots } from "../../../src/config/attach_roots.ts";
import { OutboundSecrets } from "../../../src/safety/outbound_secrets.ts";
import { SecretScrubber } from "../../../src/safety/redact.ts";
import {
  checkAttachments,
  type CheckedAttachment,
  parseAttachments,
} from "../../../src/tools/attachments/check_attachments.ts";
import { ToolInputError } from "../../../src/tools/support/errors.ts";
import { TestDir } from "../../support/test_dir.ts";

const MB = 1024 * 1024;

const TOKEN = "tK3vX9pLq0ZrYw7uN2bHd5sGf8jMa1cE4iRoTnVxQzU";
const NO_SECRETS = secretsOf();

function secretsOf(...secrets: string[]): OutboundSecrets {
  return new OutboundSecrets(new SecretScrubber(), () => Promise.resolve(secrets));
}

/** Settings with a state directory in which the files of the test are. */
async function settingsIn(dir: TestDir, tokenFile?: string) {
  const stateDir = dir.at("state");
  await Deno.mkdir(stateDir, { recursive: true });
  const platformUrl = { base: "http://127.0.0.1", origin: "http://127.0.0.1", exposed: false };
  const workspace = { id: "ws-1", platformUrl, ...(tokenFile && { tokenFile }) };
  return {
    stateDir,
    workspaces: [workspace] as const,
    attachRoots: { configured: [dir.path, "/dev"] } as AttachRoots,
  };
}

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

type TestSettings = Awaited<ReturnType<typeof settingsIn>>;

async function refusal(settings: TestSettings, ...paths: string[]) {
  return await refusalOf(NO_SECRETS, settings, ...paths);
}

async function refusalOf(outbound: OutboundSecrets, settings: TestSettings, ...paths: string[]) {
  const error = await assertRejects(
    () => checkAttachments(paths.map((path) => ({ path })), settings, outbound),
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
    assertStringIncludes(
      await refusal(settings, path),
      "is one of molecule-mcp's own private files",
    );
  }
  const upload = join(settings.stateDir, "chat-uploads", "a.csv");
  await Deno.mkdir(join(settings.stateDir, "chat-uploads"));
  await Deno.writeTextFile(upload, "received before, may be passed on");
  await checkAttachments([{ path: upload }], settings, NO_SECRETS);
});

Deno.test("a state directory that is gone hides nothing and breaks nothing", async () => {
  await using dir = await TestDir.make();
  const settings = await settingsIn(dir);
  const file = await dir.write("a.txt", "x");
  await Deno.remove(settings.stateDir);
  await checkAttachments([{ path: file }], settings, NO_SECRETS);
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

Deno.test("a file with a live token in it is refused, in every spelling and at every place", async () => {
  await using dir = await TestDir.make();
  const settings = await settingsIn(dir);
  const outbound = secretsOf(TOKEN);
  const utf16 = new Uint8Array(
    new Uint16Array([...`k=${TOKEN}`].map((c) => c.charCodeAt(0))).buffer,
  );
  const contents: (string | Uint8Array<ArrayBuffer>)[] = [
    `TOKEN=${TOKEN}\n`,
    `é${TOKEN}`,
    btoa(`Bearer ${TOKEN}`),
    `x${"y".repeat(256 * 1024 - 20)}${TOKEN}`,
    utf16,
    new Uint8Array([0xff, 0xfe, ...utf16, 0xff]),
    new Uint8Array([0x81, 0x00, ...utf16.subarray(0, -1)]),
    new Uint8Array([0x89, 0xff, ...new TextEncoder().encode(TOKEN), 0x9d]),
  ];
  for (const [i, content] of contents.entries()) {
    const path = await dir.write(`${i}.bin`, content);
    const text = await refusalOf(outbound, settings, path);
    assertStringIncludes(
      text,
      `attachment ${path} was not sent: it contains a workspace's token`,
      `${i}`,
    );
    assert(!text.includes(TOKEN));
    await checkAttachments([{ path }], settings, NO_SECRETS);
  }
  const harmless = await dir.write("ok.txt", TOKEN.slice(1));
  await checkAttachments([{ path: harmless }], settings, outbound);
});

Deno.test("a token file of another profile is refused by its name, a copy of it by its content", async () => {
  await using dir = await TestDir.make();
  const settings = await settingsIn(dir);
  for (const name of [".auth_token", ".auth_token_ws-9", ".platform_inbound_secret"]) {
    assertStringIncludes(
      await refusal(settings, await dir.write(name, "x")),
      "is one of molecule-mcp's own private files",
    );
  }
  for (const content of [TOKEN, `${TOKEN}\n`, ` ${TOKEN}\r\n\r\n`]) {
    assertStringIncludes(
      await refusal(settings, await dir.write("copy.txt", content)),
      "was not sent",
    );
  }
  const words = await dir.write("words.txt", `${TOKEN} and more`);
  await checkAttachments([{ path: words }], settings, NO_SECRETS);
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

Deno.test("what a user sent may go on from wherever the state directory is, unless a token is in it", async () => {
  await using dir = await TestDir.make();
  const settings = { ...await settingsIn(dir), attachRoots: { configured: [] } };
  const uploads = join(settings.stateDir, "chat-uploads");
  await Deno.mkdir(uploads);
  const path = join(uploads, "0123-report.csv");
  await Deno.writeTextFile(path, "a,b");
  await checkAttachments([{ path }], settings, NO_SECRETS);
  for (const name of ["cursor", "chat-uploads/.partial-1", "chat-uploads/deeper/x"]) {
    await Deno.mkdir(join(uploads, "deeper"), { recursive: true });
    const no = join(settings.stateDir, name);
    await Deno.writeTextFile(no, "x");
    assertStringIncludes(await refusal(settings, no), "is outside the directories");
  }
  await Deno.writeTextFile(path, `my token: ${TOKEN}`);
  assertStringIncludes(await refusalOf(secretsOf(TOKEN), settings, path), "was not sent");
});

Deno.test("a copy of another profile's token is not sent, however it is encoded", async () => {
  await using dir = await TestDir.make();
  const settings = await settingsIn(dir);
  const utf16 = Uint8Array.from(`${TOKEN}\n`, (sign) => sign.charCodeAt(0))
    .reduce<number[]>((bytes, byte) => [...bytes, byte, 0], [0xff, 0xfe]);
  const copies = [`${TOKEN}\n`, `\ufeff${TOKEN}\r\n`, Uint8Array.from(utf16)];
  for (const copy of copies) {
    const path = dir.at("copy.txt");
    if (typeof copy === "string") await Deno.writeTextFile(path, copy);
    else await Deno.writeFile(path, copy);
    await assertRejects(
      () => checkAttachments([{ path }], settings, NO_SECRETS),
      ToolInputError,
      "it contains a workspace's token or secret",
    );
  }
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
