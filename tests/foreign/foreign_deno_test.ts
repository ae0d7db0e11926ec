import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { foreignDeno } from "../../scripts/foreign/foreign_deno.ts";
import { TestDir } from "../support/test_dir.ts";
import { NO_SHELL, testUnless } from "../support/test_unless.ts";

Deno.test("where the helper is absent, that is the reason", async () => {
  await using dir = await TestDir.make();
  assertEquals(await foreignDeno("windows", dir.at("none")), {
    absent: "../shared/foreign-deno is absent",
  });
});

testUnless(NO_SHELL, "the helper names the command, or says why there is none", async () => {
  await using dir = await TestDir.make();
  const helper = (script: string) => dir.write("foreign-deno", script);
  assertEquals(await foreignDeno("arm64", await helper('echo note; echo "/opt/deno-$1"')), {
    command: "/opt/deno-arm64",
  });
  const refused = await helper('echo "foreign-deno: needs root" >&2; exit 1');
  assertEquals(await foreignDeno("windows", refused), { absent: "foreign-deno: needs root" });
  const silent = await foreignDeno("windows", await helper("exit 1"));
  assertMatch("absent" in silent ? silent.absent : "", /gave no reason/);
});

testUnless(NO_SHELL, "a helper that crashes once is asked again, and leaves nothing", async () => {
  await using dir = await TestDir.make();
  const note = dir.at("note");
  const helper = await dir.write(
    "foreign-deno",
    `touch "$TMPDIR/wine-rest"; [ -e ${note} ] && echo /opt/deno && exit; echo "$TMPDIR" >${note}; exit 1`,
  );
  assertEquals(await foreignDeno("windows", helper), { command: "/opt/deno" });
  const temp = (await Deno.readTextFile(note)).trim();
  await assertRejects(() => Deno.stat(temp), Deno.errors.NotFound);
});
