import { assertEquals, assertRejects } from "@std/assert";
import { OutboundSecrets } from "../../../src/safety/secrets/outbound_secrets.ts";
import { SecretRedactor } from "../../../src/safety/secrets/secret_redactor.ts";
import { inspectFile } from "../../../src/tools/attachments/inspect_file.ts";
import { ToolInputError } from "../../../src/tools/support/errors.ts";
import { posixTest, TestDir } from "../../support/test_dir.ts";

/** Looks into a file. */
function inspected(path: string) {
  const outbound = new OutboundSecrets(new SecretRedactor(), () => Promise.resolve([]));
  return inspectFile(path, path, outbound);
}

async function assertChanged(path: string): Promise<void> {
  const message = `Error: attachment ${path} changed while it was being checked; try again`;
  await assertRejects(() => inspected(path), ToolInputError, message);
}

/** Does something whenever a file has been opened. */
function afterOpening(act: () => Promise<void>): Disposable {
  const { open } = Deno;
  Deno.open = async (...args) => {
    const file = await open(...args);
    await act();
    return file;
  };
  return { [Symbol.dispose]: () => Deno.open = open };
}

/** Does something whenever an open file has been asked how it is. */
function afterLooking(act: () => Promise<void>): Disposable {
  const { prototype } = Deno.FsFile;
  const { stat } = prototype;
  prototype.stat = async function () {
    const info = await stat.call(this);
    await act();
    return info;
  };
  return { [Symbol.dispose]: () => prototype.stat = stat };
}

Deno.test("what was looked into is told apart from what will be there when it is sent", async () => {
  await using dir = await TestDir.make();
  const path = await Deno.realPath(await dir.write("report.txt", "abc"));
  const { dev, ino, mtime } = await Deno.lstat(path);
  assertEquals(await inspected(path), {
    path,
    name: "report.txt",
    size: 3,
    identity: { dev, ino, modifiedMs: mtime?.getTime() },
  });
});

posixTest(
  "another file, or a link to one, that takes its place meanwhile is not sent",
  async () => {
    await using dir = await TestDir.make();
    const path = await Deno.realPath(await dir.write("report.txt", "abc"));
    {
      using _ = afterOpening(async () => await Deno.rename(await dir.write("other", "abc"), path));
      await assertChanged(path);
    }
    using _ = afterOpening(async () => {
      await Deno.rename(path, dir.at("moved"));
      await Deno.symlink(dir.at("moved"), path);
    });
    await assertChanged(path);
  },
);

posixTest("a directory on the way that becomes a link meanwhile leads nowhere", async () => {
  await using dir = await TestDir.make();
  await Deno.mkdir(dir.at("inner"));
  const path = await Deno.realPath(await dir.write("inner/report.txt", "abc"));
  using _ = afterOpening(async () => {
    await Deno.rename(dir.at("inner"), dir.at("moved"));
    await Deno.symlink(dir.at("moved"), dir.at("inner"));
  });
  await assertChanged(path);
});

for (const [how, content] of [["grows", "abcdef"], ["shrinks", "a"]] as const) {
  Deno.test(`a file that ${how} meanwhile is not sent`, async () => {
    await using dir = await TestDir.make();
    const path = await Deno.realPath(await dir.write("report.txt", "abc"));
    using _ = afterLooking(() => Deno.writeTextFile(path, content));
    await assertChanged(path);
  });
}

Deno.test("a file that grows without end is not read without end", async () => {
  await using dir = await TestDir.make();
  const path = await Deno.realPath(await dir.write("report.txt", "abc"));
  const { prototype } = Deno.FsFile;
  const { read } = prototype;
  let reads = 0;
  prototype.read = (buffer) => Promise.resolve(reads++ < 100 ? buffer.length : null);
  try {
    await assertChanged(path);
  } finally {
    prototype.read = read;
  }
  assertEquals(reads, 1);
});
