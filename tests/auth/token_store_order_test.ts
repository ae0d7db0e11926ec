import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { inChild } from "../support/child.ts";
import { age, posixTest, TestDir } from "../support/test_dir.ts";
import { storeOf } from "./support.ts";

const TOKEN_STORE_CHILD = new URL("token_store_child.ts", import.meta.url);

Deno.test("the saved file is used before the variable and the token file", async () => {
  await using dir = await TestDir.make();
  const { store } = storeOf({
    filePath: await dir.write(".auth_token", "of-file"),
    inlineToken: "of-variable",
    tokenFilePath: await dir.write("mounted", "of-token-file"),
  });
  assertEquals(await store.get(), "of-file");
});

Deno.test("the variable is used when there is no saved file", async () => {
  await using dir = await TestDir.make();
  const { store, lines } = storeOf({
    filePath: dir.at(".auth_token"),
    inlineToken: "of-variable",
    tokenFilePath: await dir.write("mounted", "of-token-file"),
  });
  assertEquals(await store.get(), "of-variable");
  assertEquals(lines, []);
});

Deno.test("the token file is used when there is neither a saved file nor the variable", async () => {
  await using dir = await TestDir.make();
  const { store } = storeOf({
    filePath: dir.at(".auth_token"),
    tokenFilePath: await dir.write("mounted", "of-token-file\n"),
  });
  assertEquals(await store.get(), "of-token-file");
});

Deno.test("without any source there is no token, and nothing is reported", async () => {
  await using dir = await TestDir.make();
  const { store, lines } = storeOf({ filePath: dir.at(".auth_token") });
  assertEquals(await store.get(), undefined);
  assertEquals(await store.refresh(), undefined);
  assertEquals(store.state, "none");
  assertEquals(lines, []);
});

Deno.test("no token is not remembered: a file that appears later is used", async () => {
  await using dir = await TestDir.make();
  const { store } = storeOf({ filePath: dir.at(".auth_token") });
  assertEquals(await store.get(), undefined);
  await dir.write(".auth_token", "later");
  assertEquals(await store.get(), "later");
  assertEquals(store.state, "ready");
});

Deno.test("the value of the variable and of the files is trimmed", async () => {
  await using dir = await TestDir.make();
  const blank = "\ufeff \t\r\n";
  const padded = `${blank}token${blank}`;
  assertEquals(await storeOf({ inlineToken: padded }).store.get(), "token");
  const filePath = await dir.write(".auth_token", padded);
  assertEquals(await storeOf({ filePath }).store.get(), "token");
  assertEquals(await storeOf({ tokenFilePath: filePath }).store.get(), "token");
});

Deno.test("a blank variable counts as unset", async () => {
  for (const inlineToken of ["", " ", "\t\r\n"]) {
    const { store, lines } = storeOf({ inlineToken });
    assertEquals(await store.get(), undefined);
    assertEquals(lines, []);
  }
});

Deno.test("a blank file is treated as missing, which is reported, and the variable is used", async () => {
  await using dir = await TestDir.make();
  for (const content of ["", " ", "\n", " \t\r\n"]) {
    const filePath = await dir.write(".auth_token", content);
    const { store, lines } = storeOf({ filePath });
    assertEquals(await store.get(), undefined);
    assertEquals(
      await storeOf({ filePath, inlineToken: "of-variable" }).store.get(),
      "of-variable",
    );
    assertEquals(lines, [
      `${filePath} is empty; put the token into it. It counts as holding no token.`,
    ]);
  }
});

Deno.test("once found, a token is returned without a look at the disk", async () => {
  await using dir = await TestDir.make();
  const filePath = await dir.write(".auth_token", "first");
  const tokenFilePath = await dir.write("mounted", "other");
  const { store } = storeOf({ filePath, tokenFilePath });
  assertEquals(await store.get(), "first");
  await dir.write(".auth_token", "second");
  assertEquals(await store.get(), "first");
  await Deno.remove(filePath);
  assertEquals(await store.get(), "first");
});

Deno.test("a token of the variable is cached, too: a file that appears is seen after a refresh", async () => {
  await using dir = await TestDir.make();
  const { store } = storeOf({ filePath: dir.at(".auth_token"), inlineToken: "of-variable" });
  assertEquals(await store.get(), "of-variable");
  await dir.write(".auth_token", "of-file");
  assertEquals(await store.get(), "of-variable");
  assertEquals(await store.refresh(), "of-file");
});

Deno.test("a refresh returns the token that replaced the cached one on disk", async () => {
  await using dir = await TestDir.make();
  const { store } = storeOf({ filePath: await dir.write(".auth_token", "first") });
  assertEquals(await store.get(), "first");
  await dir.write(".auth_token", "rotated");
  assertEquals(await store.refresh(), "rotated");
  assertEquals(await store.get(), "rotated");
});

Deno.test("a refresh after the file is gone returns nothing and leaves nothing cached", async () => {
  await using dir = await TestDir.make();
  const filePath = await dir.write(".auth_token", "first");
  const { store } = storeOf({ filePath });
  assertEquals(await store.get(), "first");
  await Deno.remove(filePath);
  assertEquals(await store.refresh(), undefined);
  assertEquals(await store.get(), undefined);
  assertEquals(store.state, "none");
});

Deno.test("two refreshes give the same token", async () => {
  await using dir = await TestDir.make();
  const { store } = storeOf({ filePath: await dir.write(".auth_token", "token") });
  assertEquals([await store.refresh(), await store.refresh()], ["token", "token"]);
  assertEquals(await Promise.all([store.refresh(), store.refresh()]), ["token", "token"]);
});

Deno.test("a replaced token file is read again at a refresh", async () => {
  await using dir = await TestDir.make();
  const { store } = storeOf({ tokenFilePath: await dir.write("mounted", "first") });
  assertEquals(await store.get(), "first");
  await dir.write("mounted", "rotated");
  assertEquals(await store.refresh(), "rotated");
});

Deno.test("clear forgets the cached token, and the sources are read anew", async () => {
  await using dir = await TestDir.make();
  const { store } = storeOf({ filePath: await dir.write(".auth_token", "first") });
  assertEquals(await store.get(), "first");
  await dir.write(".auth_token", "second");
  store.clear();
  assertEquals(store.state, "none");
  assertEquals(await store.get(), "second");
});

Deno.test("what was tried is named in its order, without the tokens", async () => {
  await using dir = await TestDir.make();
  const filePath = await dir.write(".auth_token", "of-file");
  const tokenFilePath = await dir.write("mounted", "of-token-file");
  const { store } = storeOf({ filePath, tokenFilePath, inlineToken: "of-variable" });
  for (let next = await store.get(); next !== undefined;) next = await store.refuse(next);
  assertEquals(store.refusal?.tried, [
    { source: "file", label: filePath },
    { source: "inline", label: "MOLECULE_WORKSPACE_TOKEN" },
    { source: "token file", label: `MOLECULE_WORKSPACE_TOKEN_FILE (${tokenFilePath})` },
  ]);
});

Deno.test("when file and variable differ, one line says which is used and shows neither", async () => {
  await using dir = await TestDir.make();
  const filePath = await dir.write(".auth_token", "secret-one");
  const tokenFilePath = await dir.write("mounted", "secret-three");
  const two = storeOf({ filePath, inlineToken: "secret-two" }).store;
  assertEquals(
    await two.describeChoice(),
    `Using the workspace token of ${filePath}; MOLECULE_WORKSPACE_TOKEN holds a different one, ` +
      "tried if the platform refuses the first.",
  );
  const three = storeOf({ filePath, tokenFilePath, inlineToken: "secret-two" }).store;
  const line = await three.describeChoice() ?? "";
  assertMatch(line, /MOLECULE_WORKSPACE_TOKEN and MOLECULE_WORKSPACE_TOKEN_FILE .* hold different/);
  assertNotMatch(line, /secret/);
});

Deno.test("when all sources agree, or only one holds a token, there is nothing to say", async () => {
  await using dir = await TestDir.make();
  const filePath = await dir.write(".auth_token", "same\n");
  assertEquals(await storeOf({ filePath, inlineToken: " same" }).store.describeChoice(), undefined);
  assertEquals(await storeOf({ filePath }).store.describeChoice(), undefined);
  assertEquals(await storeOf({ inlineToken: "same" }).store.describeChoice(), undefined);
  assertEquals(await storeOf().store.describeChoice(), undefined);
});

Deno.test("after a refusal the line names the candidate that is used instead", async () => {
  await using dir = await TestDir.make();
  const filePath = await dir.write(".auth_token", "stale");
  const { store } = storeOf({ filePath, inlineToken: "good" });
  await store.refuse("stale");
  assertMatch(await store.describeChoice() ?? "", /^Using the workspace token of MOLECULE_WORK/);
});

posixTest("reading needs no permission but for the directory", async () => {
  await using dir = await TestDir.make();
  const path = await dir.write(".auth_token", "token");
  await age(path);
  const answer = await inChild(TOKEN_STORE_CHILD, { path }, [`--allow-read=${dir.path}`]);
  assertEquals(answer, { value: { token: "token", lines: [] } });
});

Deno.test("no token shows when a store is printed", async () => {
  await using dir = await TestDir.make();
  const filePath = await dir.write(".auth_token", "secret-one");
  const { store } = storeOf({ filePath, inlineToken: "secret-two" });
  await store.get();
  await store.refuse("secret-one");
  assertNotMatch(Deno.inspect(store, { depth: 9, showHidden: true }), /secret-/);
  assertNotMatch(JSON.stringify(store), /secret-/);
});

Deno.test("a token that was found stays a secret when its source is gone, used or not", async () => {
  await using dir = await TestDir.make();
  const filePath = await dir.write(".auth_token", "of-file");
  const tokenFilePath = await dir.write("mounted", "of-mounted-file");
  const { store } = storeOf({ filePath, tokenFilePath });
  assertEquals(await store.get(), "of-file");
  await Deno.remove(filePath);
  await Deno.remove(tokenFilePath);
  assertEquals((await store.secrets()).toSorted(), ["of-file", "of-file", "of-mounted-file"]);
});
