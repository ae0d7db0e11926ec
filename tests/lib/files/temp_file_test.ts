import { assertEquals, assertNotEquals } from "@std/assert";
import { basename, dirname } from "@std/path";
import {
  removeStaleFiles,
  removeStaleTemps,
  tempPathFor,
} from "../../../src/lib/files/temp_file.ts";
import { age, TestDir } from "../../support/test_dir.ts";

/** What a writer leaves that is killed, so long ago. */
async function leftOf(path: string, hours: number): Promise<string> {
  const temp = tempPathFor(path);
  await Deno.writeTextFile(temp, "half");
  await age(temp, hours);
  return basename(temp);
}

Deno.test("a temporary file is next to its file, under its own name", () => {
  const path = tempPathFor("/state/.auth_token");
  assertEquals(dirname(path), dirname("/state/.auth_token"));
  assertNotEquals(tempPathFor("/state/.auth_token"), path);
});

Deno.test("what a killed writer of the file left more than an hour ago is removed, nothing else", async () => {
  await using dir = await TestDir.make();
  const path = await dir.write(".auth_token", "whole");
  await leftOf(path, 2);
  const kept = [
    ".auth_token",
    await leftOf(path, 0.5),
    await leftOf(dir.at(".auth_token.other"), 2),
    await leftOf(dir.at(".auth"), 2),
  ];
  await removeStaleTemps(path);
  assertEquals(await dir.names(), kept.sort());
});

Deno.test("a missing directory is not a reason to fail", async () => {
  await using dir = await TestDir.make();
  await removeStaleFiles(dir.at("none"), () => true);
  await removeStaleTemps(dir.at("none", "file"));
});

Deno.test("one that another process removed first keeps none of the others", async () => {
  await using dir = await TestDir.make();
  for (const name of ["a", "b", "c"]) await age(await dir.write(name, "half"));
  let isFirst = true;
  await removeStaleFiles(dir.path, (name) => {
    if (isFirst) Deno.removeSync(dir.at(name));
    isFirst = false;
    return true;
  });
  assertEquals(await dir.names(), []);
});
