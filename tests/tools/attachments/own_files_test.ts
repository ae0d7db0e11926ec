import { assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { checkAttachments } from "../../../src/tools/attachments/check_attachments.ts";
import { TestDir } from "../../support/test_dir.ts";
import { NO_LINKS, testUnless } from "../../support/test_unless.ts";
import { NO_SECRETS, refusal, refusalOf, secretsOf, settingsIn, TOKEN } from "./refusal.ts";

Deno.test("this program's own secrets are not sent, whatever path leads to them", async () => {
  await using dir = await TestDir.make();
  const tokenFile = await dir.write("token.txt", "secret");
  const settings = await settingsIn(dir, tokenFile);
  const saved = join(settings.stateDir, ".auth_token");
  await Deno.writeTextFile(saved, "secret");
  for (
    const path of [
      saved,
      join(settings.stateDir, "..", "state", ".auth_token"),
      // The same file where the system does not tell them apart.
      ...(Deno.build.os === "linux" ? [] : [join(settings.stateDir, ".AUTH_TOKEN")]),
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

testUnless(
  NO_LINKS,
  "a link to one of its own secrets, or to their directory, is not sent either",
  async () => {
    await using dir = await TestDir.make();
    const settings = await settingsIn(dir);
    const saved = join(settings.stateDir, ".auth_token");
    await Deno.writeTextFile(saved, "secret");
    await Deno.symlink(saved, dir.at("harmless.txt"));
    await Deno.symlink(settings.stateDir, dir.at("linked"));
    for (const path of [dir.at("harmless.txt"), join(dir.at("linked"), ".auth_token")]) {
      assertStringIncludes(
        await refusal(settings, path),
        "is one of molecule-mcp's own private files",
      );
    }
  },
);

Deno.test("a state directory that is gone hides nothing and breaks nothing", async () => {
  await using dir = await TestDir.make();
  const settings = await settingsIn(dir);
  const file = await dir.write("a.txt", "x");
  await Deno.remove(settings.stateDir);
  await checkAttachments([{ path: file }], settings, NO_SECRETS);
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
