import { shellQuote } from "../../src/lib/shell_quote.ts";
import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { inChild } from "../support/child.ts";
import { posixTest, TestDir } from "../support/test_dir.ts";
import { storeOf } from "./support.ts";

const TOKEN_STORE_CHILD = new URL("token_store_child.ts", import.meta.url);

Deno.test("a source that no header can carry is skipped and reported once, without being shown", async () => {
  await using dir = await TestDir.make();
  for (
    const bad of ["secret two", "secret\r\nX-Evil: 1", "secret\u0001", "secrét", "secret\u2028x"]
  ) {
    const { store, lines } = storeOf({
      filePath: await dir.write(".auth_token", bad),
      inlineToken: "good",
    });
    assertEquals(await store.get(), "good");
    assertEquals(await store.refresh(), "good");
    assertEquals(lines.length, 1);
    assertMatch(
      lines[0] ?? "",
      /^Cannot use the token of .*\.auth_token: it .*Tokens tab\)\. It counts as holding no token\.$/,
    );
    assertNotMatch(lines[0] ?? "", /secr[eé]t|Evil/);
  }
});

Deno.test("a variable that no header can carry is named, and nothing is used", async () => {
  const { store, lines } = storeOf({
    inlineToken: "secret two",
    inlineName: "MOLECULE_WORKSPACES[1].token",
  });
  assertEquals(await store.get(), undefined);
  assertEquals(store.state, "none");
  assertEquals(lines, [
    "Cannot use the token of MOLECULE_WORKSPACES[1].token: it contains white space or a line " +
    "break; copy it again from the canvas (workspace, Tokens tab).",
  ]);
});

Deno.test("a saved file that is not text is treated as missing and reported once", async () => {
  await using dir = await TestDir.make();
  const filePath = await dir.write(".auth_token", new Uint8Array([0xff, 0xfe, 0x41]));
  const { store, lines } = storeOf({ filePath, inlineToken: "good" });
  assertEquals(await store.get(), "good");
  await store.refresh();
  assertEquals(lines, [
    `Cannot read ${filePath}: expected UTF-8 text. It counts as holding no token.`,
  ]);
});

posixTest("a saved file that cannot be read is treated as missing and reported", async () => {
  await using dir = await TestDir.make();
  await Deno.chmod(dir.path, 0o711);
  const path = await dir.write(".auth_token", "token", 0o000);
  const answer = await inChild(TOKEN_STORE_CHILD, { path, unprivileged: true });
  assertEquals(answer.value, {
    token: null,
    lines: [
      `Cannot read ${path}: permission denied. Check the owner and the mode of the file and its ` +
      "directories (EACCES). It counts as holding no token.",
    ],
  });
});

posixTest("a saved file that is a link is treated as missing and reported", async () => {
  await using dir = await TestDir.make();
  await Deno.symlink(await dir.write("aim", "token"), dir.at(".auth_token"));
  const { store, lines } = storeOf({ filePath: dir.at(".auth_token") });
  assertEquals(await store.get(), undefined);
  assertMatch(lines.join("\n"), /^Cannot read .*got a symbolic link\. It counts as .*$/);
});

posixTest(
  "a saved file that others can read is used, and reported once with what to do",
  async () => {
    await using dir = await TestDir.make();
    const filePath = await dir.write(".auth_token", "token", 0o644);
    const { store, lines } = storeOf({ filePath });
    assertEquals(await store.get(), "token");
    await store.refresh();
    await store.refresh();
    assertEquals(lines, [
      `The token in ${filePath} is used, but others on this machine may read it (mode 0644). ` +
      `Run: chmod 600 ${shellQuote(filePath)}`,
    ]);
  },
);

posixTest("a private file is not talked about", async () => {
  await using dir = await TestDir.make();
  const { store, lines } = storeOf({
    filePath: await dir.write(".auth_token", "token", 0o600),
    tokenFilePath: await dir.write("mounted", "token", 0o400),
  });
  await store.get();
  assertEquals(lines, []);
});

posixTest("a token file that others can read is used, and reported once", async () => {
  await using dir = await TestDir.make();
  const { store, lines } = storeOf({ tokenFilePath: await dir.write("mounted", "token", 0o440) });
  assertEquals(await store.get(), "token");
  await store.refresh();
  assertEquals(lines.length, 1);
  assertMatch(lines[0] ?? "", /mode 0440/);
});

posixTest(
  "a token file may be a link, as mounted secrets are, and follows its rotation",
  async () => {
    await using dir = await TestDir.make();
    await Deno.symlink(await dir.write("version-1", "first"), dir.at("mounted"));
    const { store, lines } = storeOf({ tokenFilePath: dir.at("mounted") });
    assertEquals(await store.get(), "first");
    await Deno.symlink(await dir.write("version-2", "second"), dir.at("mounted.new"));
    await Deno.rename(dir.at("mounted.new"), dir.at("mounted"));
    assertEquals(await store.refuse("first"), "second");
    assertEquals(lines, []);
  },
);

Deno.test("each problem of a token file is reported once, with the variable and the path", async () => {
  await using dir = await TestDir.make();
  const problems: [string | Uint8Array | undefined, string][] = [
    [undefined, "does not exist"],
    ["", "is empty"],
    [" \n", "is empty"],
    ["secret two", "white space or a line break"],
    ["secret\ntwo", "white space or a line break"],
    ["secrét", "characters other than visible ASCII"],
    ["s".repeat(5_000), "too long"],
    ["s".repeat(65_537), "expected at most 65536 bytes"],
    [new Uint8Array([0xc3]), "expected UTF-8 text"],
  ];
  for (const [content, problem] of problems) {
    const tokenFilePath = dir.at("mounted");
    if (content !== undefined) await dir.write("mounted", content);
    const { store, lines } = storeOf({ tokenFilePath });
    assertEquals(await store.get(), undefined);
    assertEquals(await store.refresh(), undefined);
    assertEquals(lines.length, 1, `${problem}: ${lines.join("\n")}`);
    const line = lines[0] ?? "";
    assertEquals(line.includes(problem), true, `${problem}: ${line}`);
    assertEquals(line.startsWith("MOLECULE_WORKSPACE_TOKEN_FILE: "), true, line);
    assertEquals(line.includes(tokenFilePath), true, line);
    assertNotMatch(line, /secr[eé]t|sss/);
  }
});

posixTest(
  "a token file that is a directory or a named pipe is reported, not waited for",
  async () => {
    await using dir = await TestDir.make();
    await Deno.mkdir(dir.at("directory"));
    await new Deno.Command("mkfifo", { args: [dir.at("pipe")] }).output();
    for (const [name, kind] of [["directory", "a directory"], ["pipe", "a named pipe"]] as const) {
      const { store, lines } = storeOf({ tokenFilePath: dir.at(name) });
      assertEquals(await store.get(), undefined);
      assertMatch(lines.join("\n"), new RegExp(`^MOLECULE_.* got ${kind}\\.$`));
    }
  },
);

Deno.test("a token in UTF-16, as Windows writes it, is read from either file", async () => {
  await using dir = await TestDir.make();
  for (const encoding of ["utf-16le", "utf-16be", "utf-16le without a mark"]) {
    const path = await dir.write("token", utf16("token\r\n", encoding));
    assertEquals(await storeOf({ filePath: path }).store.get(), "token", encoding);
    assertEquals(await storeOf({ tokenFilePath: path }).store.get(), "token", encoding);
  }
});

function utf16(text: string, encoding: string): Uint8Array {
  const marked = encoding.endsWith("mark") ? text : `\ufeff${text}`;
  const view = new DataView(new ArrayBuffer(marked.length * 2));
  for (let i = 0; i < marked.length; i++) {
    view.setUint16(i * 2, marked.charCodeAt(i), encoding.startsWith("utf-16le"));
  }
  return new Uint8Array(view.buffer);
}

Deno.test("a token file that is repaired is used from the next look on", async () => {
  await using dir = await TestDir.make();
  const { store } = storeOf({ tokenFilePath: dir.at("mounted") });
  assertEquals(await store.get(), undefined);
  await dir.write("mounted", "token");
  assertEquals(await store.get(), "token");
});

Deno.test("a token in a file that Notepad wrote is a secret before it is ever used", async () => {
  await using dir = await TestDir.make();
  const utf16 = new Uint8Array([
    0xff,
    0xfe,
    ...new Uint8Array(new Uint16Array([..."tok-Aa1"].map((c) => c.charCodeAt(0))).buffer),
  ]);
  const { store } = storeOf({ tokenFilePath: await dir.write("token.txt", utf16) });
  assertEquals([...new Set(await store.secrets())], ["tok-Aa1"]);
});
