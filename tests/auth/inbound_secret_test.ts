import { shellQuote } from "../../src/lib/shell_quote.ts";
import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { InboundSecretStore } from "../../src/auth/inbound_secret.ts";
import { modeOf, posixTest, TestDir } from "../support/test_dir.ts";
import { RepeatedTroubles } from "../../src/safety/repeated_troubles.ts";

const NAME = ".platform_inbound_secret";

Deno.test("a missing, empty or blank file holds no secret, and every request is refused", async () => {
  await using dir = await TestDir.make();
  for (const content of [undefined, "", " ", "\n"]) {
    if (content !== undefined) await dir.write(NAME, content);
    const { store, lines } = storeAt(dir.at(NAME));
    assertEquals(await store.get(), undefined);
    for (
      const header of ["Bearer ", "Bearer", "Bearer undefined", "Bearer  ", "", null, undefined]
    ) {
      assertEquals(await store.authorize(header), false);
    }
    assertEquals(lines, []);
  }
});

Deno.test("a file that cannot be read refuses every request and is reported once", async () => {
  await using dir = await TestDir.make();
  await Deno.mkdir(dir.at(NAME));
  const { store, lines } = storeAt(dir.at(NAME));
  assertEquals(await store.authorize("Bearer secret"), false);
  assertEquals(await store.get(), undefined);
  assertEquals(lines.length, 1);
  assertMatch(
    lines[0] ?? "",
    /^Every inbound request is refused\. Cannot read .* got a directory\.$/,
  );
});

Deno.test("no secret is not remembered: a file that appears later counts", async () => {
  await using dir = await TestDir.make();
  const { store } = storeAt(dir.at(NAME));
  assertEquals(await store.authorize("Bearer secret"), false);
  await dir.write(NAME, "secret\n");
  assertEquals(await store.authorize("Bearer secret"), true);
});

Deno.test("a found secret is kept without further looks at the disk", async () => {
  await using dir = await TestDir.make();
  const { store } = storeAt(await dir.write(NAME, "secret"));
  assertEquals(await store.get(), "secret");
  await Deno.remove(dir.at(NAME));
  assertEquals(await store.get(), "secret");
});

posixTest(
  "a saved secret is in a private file, without a newline or anything left next to it",
  async () => {
    await using dir = await TestDir.make();
    await dir.write(NAME, "old", 0o644);
    await storeAt(dir.at(NAME)).store.save("new\n");
    assertEquals(await Deno.readTextFile(dir.at(NAME)), "new");
    assertEquals(await modeOf(dir.at(NAME)), 0o600);
    assertEquals(await dir.names(), [NAME]);
  },
);

Deno.test("saving replaces the cached secret", async () => {
  await using dir = await TestDir.make();
  const { store } = storeAt(await dir.write(NAME, "old"));
  assertEquals(await store.get(), "old");
  await store.save("new");
  assertEquals(await store.get(), "new");
  assertEquals(await store.authorize("Bearer old"), false);
  assertEquals(await store.authorize("Bearer new"), true);
});

Deno.test("saving the same secret drops the cache, too", async () => {
  await using dir = await TestDir.make();
  const { store } = storeAt(await dir.write(NAME, "first"));
  assertEquals(await store.get(), "first");
  await dir.write(NAME, "second");
  await store.save("second");
  assertEquals(await store.get(), "second");
});

Deno.test("a read that began before a save never brings the old secret back", async () => {
  await using dir = await TestDir.make();
  for (let i = 0; i < 30; i++) {
    const { store } = storeAt(await dir.write(NAME, "old"));
    await Promise.all([store.get(), store.save("new"), store.get()]);
    assertEquals(await store.get(), "new");
  }
});

Deno.test("saving a blank secret changes nothing", async () => {
  await using dir = await TestDir.make();
  const { store, lines } = storeAt(dir.at(NAME));
  await store.save("");
  await store.save(" \n");
  assertEquals(await dir.names(), []);
  await dir.write(NAME, "kept");
  await store.save("");
  assertEquals(await store.get(), "kept");
  assertEquals(lines, []);
});

Deno.test("a secret that cannot be written is reported once, not thrown, and stays unseen", async () => {
  await using dir = await TestDir.make();
  await Deno.mkdir(dir.at(NAME));
  const { store, lines } = storeAt(dir.at(NAME));
  await store.save("the-secret");
  await store.save("the-secret");
  assertEquals(lines.length, 1);
  assertMatch(lines[0] ?? "", /^The inbound secret is not saved\. Cannot replace .*CONFIGS_DIR\.$/);
  assertNotMatch(lines.join(), /the-secret/);
});

posixTest("a secret that others can read is used and reported once", async () => {
  await using dir = await TestDir.make();
  const { store, lines } = storeAt(await dir.write(NAME, "old", 0o644));
  assertEquals(await store.get(), "old");
  assertEquals(lines, [
    `The inbound secret in ${dir.at(NAME)} is used, but others on this machine may read it ` +
    `(mode 0644). Run: chmod 600 ${shellQuote(dir.at(NAME))}`,
  ]);
});

Deno.test("for hiding it the secret is known from the file and from memory, each as it is now", async () => {
  await using dir = await TestDir.make();
  const { store, lines } = storeAt(dir.at(NAME));
  assertEquals(await store.secrets(), []);
  await dir.write(NAME, " old\n");
  assertEquals(await store.secrets(), ["old"]);
  await store.get();
  await dir.write(NAME, "new-secret");
  assertEquals((await store.secrets()).toSorted(), ["new-secret", "old"]);
  await Deno.remove(dir.at(NAME));
  assertEquals(await store.secrets(), ["old"]);
  assertEquals(lines, []);
});

Deno.test("the secret does not show when the store is printed", async () => {
  await using dir = await TestDir.make();
  const { store } = storeAt(await dir.write(NAME, "the-secret"));
  await store.get();
  assertNotMatch(Deno.inspect(store, { depth: 9, showHidden: true }), /the-secret/);
});

function storeAt(filePath: string): { store: InboundSecretStore; lines: string[] } {
  const lines: string[] = [];
  const troubles = new RepeatedTroubles((line) => lines.push(line));
  const report = (line: string) => troubles.tell(line);
  return { store: new InboundSecretStore({ filePath, report }), lines };
}
