import { assert, assertEquals, assertNotMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { resolveStateDir } from "../../src/config/state_dir.ts";
import { TestDir } from "../support/test_dir.ts";
import { environment } from "./support.ts";
import { NO_MODES, NOT_LINUX, NOT_ROOT, NOT_WINDOWS, testUnless } from "../support/test_unless.ts";

/** What is resolved, or why nothing is. */
async function resolved(
  variables: Record<string, string>,
  options: { create?: boolean; containerDir?: string } = {},
): Promise<string> {
  const found = await resolveStateDir(environment(variables), {
    containerDir: "/nowhere/configs",
    ...options,
  });
  if ("path" in found) return [found.path, ...found.notices].join("\n");
  assertEquals([found.problem.variable, found.problem.kind], ["CONFIGS_DIR", "invalid"]);
  return `problem: ${found.problem.message}`;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

Deno.test("CONFIGS_DIR is used as it is, and created with its parents", async () => {
  await using dir = await TestDir.make();
  const path = dir.at("a/b");
  // The lower tiers are there too.
  assertEquals(
    await resolved({ CONFIGS_DIR: path, HOME: dir.path }, { containerDir: dir.path }),
    path,
  );
  assert((await Deno.stat(path)).isDirectory);
});

Deno.test("without CONFIGS_DIR it is the container's directory where that is writable", async () => {
  await using dir = await TestDir.make();
  const containerDir = dir.at("configs");
  await Deno.mkdir(containerDir);
  assertEquals(
    await resolved({ CONFIGS_DIR: " ", HOME: dir.path }, { containerDir }),
    containerDir,
  );
  assertEquals(await dir.names(), ["configs"]);
});

Deno.test("the container's directory is never created", async () => {
  await using dir = await TestDir.make();
  const containerDir = dir.at("configs");
  const home = join(dir.path, ".molecule-workspace");
  assertEquals(await resolved({ HOME: dir.path }, { containerDir }), home);
  assertEquals(await dir.names(), [".molecule-workspace"]);
});

Deno.test("a container's directory that is a file is skipped", async () => {
  await using dir = await TestDir.make();
  const containerDir = await dir.write("configs", "");
  assertEquals(
    await resolved({ HOME: dir.path }, { containerDir }),
    join(dir.path, ".molecule-workspace"),
  );
});

testUnless(NO_MODES, {
  name: "a directory that has to be created is for its user alone",
  fn: async () => {
    await using dir = await TestDir.make();
    const environments: Record<string, string>[] = [
      { HOME: dir.path },
      { CONFIGS_DIR: join(dir.path, "chosen") },
    ];
    for (const env of environments) {
      const path = await resolved(env);
      assertEquals((await Deno.stat(path)).mode! & 0o777, 0o700, path);
    }
  },
});

Deno.test("a home directory is found under its name on Windows, too", async () => {
  await using dir = await TestDir.make();
  assertEquals(
    await resolved({ HOME: "", USERPROFILE: dir.path }),
    join(dir.path, ".molecule-workspace"),
  );
});

Deno.test("with both HOME and USERPROFILE the system's own counts", async () => {
  await using dir = await TestDir.make();
  const [own, other] = Deno.build.os === "windows"
    ? ["USERPROFILE", "HOME"] as const
    : ["HOME", "USERPROFILE"] as const;
  const path = join(dir.at("own"), ".molecule-workspace");
  assertEquals(await resolved({ [own]: dir.at("own"), [other]: dir.at("other") }), path);
  assertEquals(await resolved({ [own]: " ", [other]: dir.at("own") }), path);
});

testUnless(
  NOT_WINDOWS,
  "a directory called configs on the current drive is not looked at",
  async () => {
    await using dir = await TestDir.make();
    const before = Deno.cwd();
    // Under Wine only `\\configs` would be found there; on Windows `/configs` as well.
    const configs = `${dir.path.slice(0, 3)}configs`;
    await Deno.mkdir(configs);
    try {
      Deno.chdir(dir.path);
      const found = resolveStateDir(environment({ USERPROFILE: dir.path }));
      assertEquals("path" in found && found.path, join(dir.path, ".molecule-workspace"));
    } finally {
      Deno.chdir(before);
      await Deno.remove(configs);
    }
  },
);

testUnless(
  NOT_WINDOWS,
  "a directory outside of the user's profile is told, one in it is not",
  async () => {
    await using dir = await TestDir.make();
    const profile = dir.at("Ada");
    await Deno.mkdir(profile);
    for (const path of [join(profile, "state"), join(dir.at("ADA"), "state")]) {
      assertEquals(await resolved({ CONFIGS_DIR: path, USERPROFILE: profile }), path);
    }
    for (const path of [dir.at("state"), dir.at("Ada Lovelace"), dir.path]) {
      const found = await resolved({ CONFIGS_DIR: path, USERPROFILE: profile });
      assertStringIncludes(found, `${path} is not in this user's profile (${profile})`);
    }
    // What cannot be looked at is not judged.
    assertEquals(await resolved({ CONFIGS_DIR: dir.path, USERPROFILE: dir.at("gone") }), dir.path);
  },
);

testUnless(NOT_WINDOWS, "a path of over 260 characters holds the state", async () => {
  await using dir = await TestDir.make();
  const path = dir.at(...["a", "b", "c"].map((part) => part.repeat(100)));
  assertEquals(await resolved({ CONFIGS_DIR: path }), path);
  assert((await Deno.stat(path)).isDirectory);
});

Deno.test("nothing is left in the directory by looking whether it can be written to", async () => {
  await using dir = await TestDir.make();
  await resolved({ CONFIGS_DIR: dir.path });
  assertEquals(await dir.names(), []);
});

Deno.test("a CONFIGS_DIR that cannot be is a problem, not a reason to take another", async () => {
  await using dir = await TestDir.make();
  const file = await dir.write("file", "");
  for (const path of [file, join(file, "below"), join(file, "far", "below")]) {
    const problem = await resolved({ CONFIGS_DIR: path, HOME: dir.path });
    assertStringIncludes(problem, `problem: cannot keep state in ${path}: `);
    assertStringIncludes(problem, "not a directory");
    assertStringIncludes(problem, "choose a directory that this user can write to");
    assertNotMatch(problem, /os error|write-probe/);
  }
  assertEquals(await dir.names(), ["file"]);
});

Deno.test("a home that cannot hold it is a problem that names CONFIGS_DIR as the way out", async () => {
  await using dir = await TestDir.make();
  const home = await dir.write("home", "");
  const problem = await resolved({ HOME: home });
  assertStringIncludes(problem, `cannot keep state in ${join(home, ".molecule-workspace")}`);
  assertStringIncludes(problem, "set CONFIGS_DIR to a directory");
});

Deno.test("without any home it is a problem", async () => {
  const variable = Deno.build.os === "windows" ? "USERPROFILE" : "HOME";
  assertStringIncludes(await resolved({}), `no state directory: ${variable} is not set`);
});

Deno.test("only looking creates nothing, and finds what is there", async () => {
  await using dir = await TestDir.make();
  const path = join(dir.path, ".molecule-workspace");
  assertStringIncludes(await resolved({ HOME: dir.path }, { create: false }), "problem: ");
  assert(!await exists(path));
  await Deno.mkdir(path);
  assertEquals(await resolved({ HOME: dir.path }, { create: false }), path);
});

testUnless(NOT_LINUX, {
  name: "a directory that this user may not write to is a problem, with the reason",
  // Root may write everywhere; the pseudo file system refuses even root.
  fn: async () => {
    const problem = await resolved({ CONFIGS_DIR: "/proc/self" });
    assertStringIncludes(problem, "cannot keep state in /proc/self: ");
    assertNotMatch(problem, /os error|write-probe/);
  },
});

testUnless(NO_MODES, {
  name: "the container's directory may be shared: that is told, and its mode is left",
  fn: async () => {
    await using dir = await TestDir.make();
    const containerDir = dir.at("configs");
    await Deno.mkdir(containerDir);
    const environments: Record<string, string>[] = [
      { HOME: dir.path },
      { CONFIGS_DIR: `${containerDir}/` },
    ];
    for (const env of environments) {
      await Deno.chmod(containerDir, 0o755);
      assertEquals((await resolved(env, { containerDir })).split("\n").length, 1);
      await Deno.chmod(containerDir, 0o777);
      assertStringIncludes(await resolved(env, { containerDir }), "is shared (mode 0777");
      assertEquals((await Deno.stat(containerDir)).mode! & 0o7777, 0o777);
    }
  },
});

testUnless(NOT_ROOT, {
  name: "another user's container directory is told, not refused (needs root)",
  fn: async () => {
    await using dir = await TestDir.make();
    const containerDir = dir.at("configs");
    await Deno.mkdir(containerDir, { mode: 0o755 });
    await Deno.chown(containerDir, 1234, 1234);
    const found = await resolved({ HOME: dir.path }, { containerDir });
    assertStringIncludes(found, `${containerDir} is shared (mode 0755, owner uid 1234)`);
  },
});

testUnless(NO_MODES, {
  name: "only looking leaves a mode as it is",
  fn: async () => {
    await using dir = await TestDir.make();
    await Deno.chmod(dir.path, 0o755);
    assertEquals(await resolved({ CONFIGS_DIR: dir.path }, { create: false }), dir.path);
    assertEquals((await Deno.stat(dir.path)).mode! & 0o777, 0o755);
  },
});
