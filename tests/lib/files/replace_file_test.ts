import { assert, assertEquals, assertRejects } from "@std/assert";
import { replaceFile } from "../../../src/lib/files/replace_file.ts";
import { posixTest, TestDir } from "../../support/test_dir.ts";

Deno.test("a file takes the place of another", async () => {
  await using dir = await TestDir.make();
  await replaceFile(await dir.write("new", "new"), await dir.write("target", "old"));
  assertEquals(await Deno.readTextFile(dir.at("target")), "new");
  assertEquals(await dir.names(), ["target"]);
});

posixTest("a refused rename is tried again until the obstacle is gone", async () => {
  await using dir = await TestDir.make();
  const from = await dir.write("new", "new");
  await Deno.mkdir(dir.at("target"));
  const pausesMs: number[] = [];
  await replaceFile(from, dir.at("target"), {
    attempts: 10,
    pause: async (ms) => {
      pausesMs.push(ms);
      if (pausesMs.length === 3) await Deno.remove(dir.at("target"));
    },
  });
  assertEquals(await Deno.readTextFile(dir.at("target")), "new");
  assertEquals(pausesMs, [10, 20, 40]);
});

posixTest("an obstacle that stays ends in the system's error after all attempts", async () => {
  await using dir = await TestDir.make();
  const from = await dir.write("new", "new");
  await Deno.mkdir(dir.at("target"));
  const pausesMs: number[] = [];
  const pause = (ms: number) => Promise.resolve(void pausesMs.push(ms));
  await assertRejects(
    () => replaceFile(from, dir.at("target"), { attempts: 8, pause }),
    Error,
    "Is a directory",
  );
  assertEquals(pausesMs, [10, 20, 40, 80, 160, 200, 200]);
  assertEquals(await Deno.readTextFile(from), "new");
});

Deno.test("a file to rename that is gone is not waited for", async () => {
  await using dir = await TestDir.make();
  await assertRejects(
    () =>
      replaceFile(dir.at("gone"), dir.at("target"), {
        attempts: 10,
        pause: () => Promise.reject(new Error("waited")),
      }),
    Deno.errors.NotFound,
  );
});

posixTest("elsewhere than on Windows one attempt is all", async () => {
  await using dir = await TestDir.make();
  const from = await dir.write("new", "new");
  await Deno.mkdir(dir.at("target"));
  let paused = false;
  const pause = () => Promise.resolve(void (paused = true));
  await assertRejects(() => replaceFile(from, dir.at("target"), { pause }));
  assert(!paused);
});
