import { assertRejects, assertStringIncludes } from "@std/assert";
import { checkBakedPermissions } from "../../scripts/smoke/baked_permissions.ts";
import { SmokeFailure } from "../../scripts/smoke/program.ts";
import { compiledWith } from "./testing.ts";
import { TestDir } from "../support/test_dir.ts";

const NAMES = ["PLATFORM_URL", "HOME"];
const AS_IT_SHOULD_BE = {
  allow_env: ["HOME", "PLATFORM_URL"],
  allow_net: [],
  allow_read: [],
  allow_write: [],
  allow_run: null,
  allow_ffi: null,
  allow_sys: null,
  allow_import: ["jsr.io:443"],
  prompt: false,
};

async function check(permissions: unknown): Promise<void> {
  await using dir = await TestDir.make();
  const path = dir.at("program");
  await Deno.writeFile(path, compiledWith(permissions));
  await checkBakedPermissions(path, NAMES);
}

async function finding(permissions: unknown): Promise<string> {
  return (await assertRejects(() => check(permissions), SmokeFailure)).message;
}

Deno.test("the named permissions pass, in whatever order", async () => {
  await check(AS_IT_SHOULD_BE);
});

Deno.test("a permission that must not be there is found", async () => {
  for (const name of ["allow_run", "allow_ffi", "allow_sys"]) {
    for (const granted of [[], ["something"]]) {
      assertStringIncludes(
        await finding({ ...AS_IT_SHOULD_BE, [name]: granted }),
        `${name}: expected null, got ${JSON.stringify(granted)}`,
      );
    }
  }
  assertStringIncludes(await finding({ ...AS_IT_SHOULD_BE, allow_all: true }), "allow_all is set");
});

Deno.test("a look at the whole environment is found", async () => {
  assertStringIncludes(
    await finding({ ...AS_IT_SHOULD_BE, allow_env: [] }),
    'allow_env: expected ["HOME","PLATFORM_URL"], got []',
  );
});

Deno.test("a variable too many and one too few are found", async () => {
  for (const allow_env of [[...NAMES, "PATH"], ["HOME"], null]) {
    assertStringIncludes(await finding({ ...AS_IT_SHOULD_BE, allow_env }), "allow_env: expected");
  }
});

Deno.test("a program that would prompt is found", async () => {
  assertStringIncludes(await finding({ ...AS_IT_SHOULD_BE, prompt: true }), "would prompt");
});

Deno.test("a file without baked-in permissions is found", async () => {
  assertStringIncludes(await finding(undefined), "no permissions are baked in");
  await using dir = await TestDir.make();
  const path = dir.at("script");
  await Deno.writeTextFile(path, "#!/bin/sh\necho d3n0l4nd");
  await assertRejects(() => checkBakedPermissions(path, NAMES), SmokeFailure, "is it compiled?");
});
