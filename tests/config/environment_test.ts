import { assert, assertEquals, assertMatch } from "@std/assert";
import { ENVIRONMENT, readTrimmed, type ReadVariable } from "../../src/config/environment.ts";
import { parseSettings } from "../../src/config/settings.ts";
import { TestDir } from "../support/test_dir.ts";
import { complete, environment } from "./support.ts";

const names = ENVIRONMENT.map(({ name }) => name);

/** The names that parsing an environment asks for. */
async function namesRead(variables: Readonly<Record<string, string>>): Promise<Set<string>> {
  const asked = new Set<string>();
  const read: ReadVariable = (name) => {
    asked.add(name);
    return environment(variables)(name);
  };
  await parseSettings(read, { containerDir: "/nowhere/configs" });
  return asked;
}

Deno.test("the list holds exactly the variables that the configuration reads", async () => {
  await using dir = await TestDir.make();
  const { CONFIGS_DIR: _, ...withoutDirectory } = complete(dir);
  const asked = [
    await namesRead({}),
    await namesRead(complete(dir)),
    await namesRead({ ...withoutDirectory, HOME: dir.path }),
    await namesRead({ ...withoutDirectory, USERPROFILE: dir.path }),
    await namesRead({ ...complete(dir), MOLECULE_WORKSPACES: "[]" }),
  ];
  const union = asked.reduce((all, some) => all.union(some));
  assertEquals([...union].sort(), [...names].sort());
});

Deno.test("no variable is listed twice, and each says in one line what it sets", () => {
  assertEquals(new Set(names).size, names.length);
  for (const { name, meaning } of ENVIRONMENT) {
    assertMatch(name, /^([A-Z][A-Z0-9_]*|[a-z]+_proxy)$/);
    assert(meaning.length > 0 && meaning.length <= 120 && !meaning.includes("\n"), name);
  }
});

Deno.test("each variable is in a group, in the order in which they are shown", () => {
  const groups = new Set<string>(ENVIRONMENT.map(({ group }) => group));
  assertEquals([...groups], ["required", "workspace", "behaviour", "delegation", "host"]);
});

Deno.test("required are workspace, platform and token, in this order", () => {
  const required = ENVIRONMENT.filter(({ group }) => group === "required");
  assertEquals(required.map(({ name }) => name), [
    "WORKSPACE_ID",
    "PLATFORM_URL",
    "MOLECULE_WORKSPACE_TOKEN",
  ]);
});

Deno.test("a value is trimmed", () => {
  assertEquals(readTrimmed(environment({ A: " \tx y\r\n" }), "A"), "x y");
});

Deno.test("a blank value counts as unset", () => {
  for (const blank of ["", " ", "\t\r\n", "\u00a0"]) {
    assertEquals(readTrimmed(environment({ A: blank }), "A"), undefined);
  }
  assertEquals(readTrimmed(environment({}), "A"), undefined);
});
