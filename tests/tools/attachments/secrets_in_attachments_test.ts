import { assert, assertRejects, assertStringIncludes } from "@std/assert";
import { checkAttachments } from "../../../src/tools/attachments/check_attachments.ts";
import { ToolInputError } from "../../../src/tools/support/errors.ts";
import { TestDir } from "../../support/test_dir.ts";
import { NO_SECRETS, refusal, refusalOf, secretsOf, settingsIn, TOKEN } from "./refusal.ts";

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
