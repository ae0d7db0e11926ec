import { assertEquals, assertMatch, assertNotMatch, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { PrivateFileError } from "../../src/lib/files/private_file.ts";
import { age, modeOf, posixTest, TestDir } from "../support/test_dir.ts";
import { storeOf } from "./support.ts";

Deno.test("a saved token comes back, from this store and from a new one", async () => {
  await using dir = await TestDir.make();
  const filePath = dir.at(".auth_token");
  const { store } = storeOf({ filePath });
  await store.save("issued");
  assertEquals(await store.get(), "issued");
  assertEquals(store.state, "ready");
  assertEquals(await storeOf({ filePath }).store.get(), "issued");
});

Deno.test("the file holds the trimmed token and no newline", async () => {
  await using dir = await TestDir.make();
  const { store } = storeOf({ filePath: dir.at(".auth_token") });
  await store.save("  issued\r\n");
  assertEquals(await Deno.readTextFile(dir.at(".auth_token")), "issued");
  assertEquals(await store.get(), "issued");
});

posixTest("the file is private, even where there was one that others could read", async () => {
  await using dir = await TestDir.make();
  const { store } = storeOf({ filePath: dir.at(".auth_token") });
  await store.save("first");
  assertEquals(await modeOf(dir.at(".auth_token")), 0o600);
  await Deno.chmod(dir.at(".auth_token"), 0o644);
  await store.save("second");
  assertEquals(await modeOf(dir.at(".auth_token")), 0o600);
});

Deno.test("a blank token is refused and changes nothing", async () => {
  await using dir = await TestDir.make();
  const { store } = storeOf({ filePath: await dir.write(".auth_token", "kept") });
  for (const blank of ["", "  ", "\n"]) {
    await assertRejects(
      () => store.save(blank),
      TypeError,
      "Cannot save the workspace token: it is empty;",
    );
  }
  assertEquals(await store.get(), "kept");
  assertEquals(await Deno.readTextFile(dir.at(".auth_token")), "kept");
});

Deno.test("a token that no header can carry is refused, without showing it", async () => {
  await using dir = await TestDir.make();
  const { store } = storeOf({ filePath: dir.at(".auth_token") });
  for (const bad of ["secret\r\nX-Evil: 1", "secret two", "secret\u0000", "secrét"]) {
    const error = await assertRejects(() => store.save(bad), TypeError, "Cannot save");
    assertNotMatch(Deno.inspect(error), /secr[eé]t/);
  }
  assertEquals(await dir.names(), []);
});

Deno.test("saving the token that the file holds does not touch the file", async () => {
  await using dir = await TestDir.make();
  for (const content of ["issued", "issued\n"]) {
    const filePath = await dir.write(".auth_token", content);
    const then = await age(filePath);
    for (const { store } of [storeOf({ filePath }), storeOf({ filePath, inlineToken: "other" })]) {
      await store.save("issued");
      await store.save("issued ");
      assertEquals((await Deno.stat(filePath)).mtime, then);
      assertEquals(await store.get(), "issued");
    }
  }
});

posixTest("saving the token that an exposed file holds makes the file private", async () => {
  await using dir = await TestDir.make();
  const filePath = await dir.write(".auth_token", "issued\n", 0o644);
  await storeOf({ filePath }).store.save("issued");
  assertEquals(await modeOf(filePath), 0o600);
  assertEquals(await Deno.readTextFile(filePath), "issued");
});

Deno.test("a different token overwrites the file", async () => {
  await using dir = await TestDir.make();
  const filePath = await dir.write(".auth_token", "first-and-longer");
  const { store } = storeOf({ filePath });
  assertEquals(await store.get(), "first-and-longer");
  await store.save("second");
  assertEquals(await Deno.readTextFile(filePath), "second");
  assertEquals(await store.get(), "second");
});

Deno.test("a token equal to the variable's is still written, as the file is what counts", async () => {
  await using dir = await TestDir.make();
  const filePath = dir.at(".auth_token");
  const { store } = storeOf({ filePath, inlineToken: "issued" });
  assertEquals(await store.get(), "issued");
  await store.save("issued");
  assertEquals(await Deno.readTextFile(filePath), "issued");
});

Deno.test("a missing state directory is created", async () => {
  await using dir = await TestDir.make();
  const filePath = join(dir.at("state"), ".auth_token");
  await storeOf({ filePath }).store.save("issued");
  assertEquals(await Deno.readTextFile(filePath), "issued");
});

Deno.test("without a file the token lives in the process and survives a refresh", async () => {
  const { store } = storeOf({ inlineToken: "of-variable" });
  await store.save("issued");
  assertEquals(await store.get(), "issued");
  assertEquals(await store.refresh(), "issued");
  assertEquals(await store.refuse("issued"), "of-variable");
  assertEquals(await store.refuse("of-variable"), undefined);
  assertEquals(store.refusal?.tried.map(({ source }) => source), ["process", "inline"]);
});

Deno.test("a token that cannot be written is used anyway, and the failure is reported", async () => {
  await using dir = await TestDir.make();
  const filePath = dir.at(".auth_token");
  await Deno.mkdir(filePath);
  const { store } = storeOf({ filePath });
  await assertRejects(() => store.save("issued"), PrivateFileError, "got a directory");
  assertEquals(await store.get(), "issued");
  assertEquals(await store.refresh(), "issued");

  await Deno.remove(filePath);
  await store.save("issued");
  assertEquals(await Deno.readTextFile(filePath), "issued");
  await dir.write(".auth_token", "rotated");
  assertEquals(await store.refresh(), "rotated");
});

Deno.test("a saved token is no longer refused", async () => {
  await using dir = await TestDir.make();
  const { store } = storeOf({
    filePath: await dir.write(".auth_token", "token"),
    inlineToken: "other",
  });
  assertEquals(await store.refuse("token"), "other");
  await store.save("token");
  assertEquals(await store.get(), "token");
  assertEquals(await store.refresh(), "token");
});

Deno.test("a read that began before a save never brings the old token back", async () => {
  await using dir = await TestDir.make();
  const filePath = dir.at(".auth_token");
  for (let i = 0; i < 30; i++) {
    await dir.write(".auth_token", "old");
    const { store } = storeOf({ filePath });
    await Promise.all([store.get(), store.refresh(), store.save("new"), store.get()]);
    assertEquals(await store.get(), "new");
  }
});

Deno.test("of many saves at once the last is in the file and in use", async () => {
  await using dir = await TestDir.make();
  const { store } = storeOf({ filePath: dir.at(".auth_token") });
  await Promise.all(Array.from({ length: 20 }, (_, i) => store.save(`token-${i}`)));
  assertEquals(await store.get(), "token-19");
  assertMatch(await Deno.readTextFile(dir.at(".auth_token")), /^token-19$/);
});
