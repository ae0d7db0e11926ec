import { assertEquals, assertMatch } from "@std/assert";
import { guardStateDir } from "../../src/config/state_dir_guard.ts";
import { modeOf, posixTest, TestDir } from "../support/test_dir.ts";
import { NOT_ROOT, testUnless } from "../support/test_unless.ts";

const OTHER_UID = 1234;

/** What is said of a directory in which this process, or another user, has made a file. */
async function guarded(path: string, { shared = false, uid = Deno.uid() } = {}) {
  const made = { ...await Deno.lstat(path), uid };
  return guardStateDir(path, made, shared);
}

/** A state directory that others may get at like this, below one that they may not. */
async function stateDir(dir: TestDir, mode: number): Promise<string> {
  const path = dir.at("state");
  await Deno.mkdir(path);
  await Deno.chmod(path, mode);
  return path;
}

posixTest("a directory of this user alone is fine, and left as it is", async () => {
  for (const mode of [0o700, 0o500, 0o1700]) {
    await using dir = await TestDir.make();
    const path = await stateDir(dir, mode);
    assertEquals(await guarded(path), { notices: [] });
    assertEquals(await modeOf(path), mode);
  }
});

posixTest("any bit for others is removed, and that is reported", async () => {
  for (const mode of [0o701, 0o710, 0o704, 0o720, 0o755, 0o777]) {
    await using dir = await TestDir.make();
    const path = await stateDir(dir, mode);
    assertEquals((await guarded(path)).notices, [
      `The state directory ${path} was open to other users (mode 0${mode.toString(8)}): it is ` +
      "0700 now",
    ]);
    assertEquals(await modeOf(path), 0o700);
    assertEquals((await guarded(path)).notices, []);
  }
});

posixTest("a file system without modes is reported, with the way out", async () => {
  await using dir = await TestDir.make();
  const path = await stateDir(dir, 0o755);
  const { chmodSync } = Deno;
  const refuse = () => {
    throw new Deno.errors.NotSupported("no");
  };
  for (const chmod of [() => {}, refuse]) {
    Deno.chmodSync = chmod;
    try {
      assertEquals((await guarded(path)).notices, [
        `The state directory ${path} stays open to other users (mode 0755): its file system keeps ` +
        "no modes, so no token is saved there. Set CONFIGS_DIR to a directory on one that does",
      ]);
    } finally {
      Deno.chmodSync = chmodSync;
    }
  }
});

posixTest("a directory of another user is refused, and not touched", async () => {
  await using dir = await TestDir.make();
  const path = await stateDir(dir, 0o755);
  const { refusal, notices } = await guarded(path, { uid: OTHER_UID });
  assertEquals(
    refusal,
    `it belongs to another user (uid ${Deno.uid()}, this program runs as uid ${OTHER_UID}), who ` +
      "could read and replace the token",
  );
  assertEquals([notices, await modeOf(path)], [[], 0o755]);
});

posixTest(
  "a shared directory is reported if others may write to it or own it; never changed",
  async () => {
    for (
      const [mode, uid, isTold] of [
        [0o755, Deno.uid(), false],
        [0o775, Deno.uid(), true],
        [0o757, Deno.uid(), true],
        [0o700, OTHER_UID, true],
      ] as const
    ) {
      await using dir = await TestDir.make();
      const path = await stateDir(dir, mode);
      const { refusal, notices } = await guarded(path, { shared: true, uid });
      assertEquals([refusal, notices.length, await modeOf(path)], [
        undefined,
        isTold ? 1 : 0,
        mode,
      ]);
      if (isTold) assertMatch(notices[0] ?? "", /is shared \(mode 0\d+, owner uid \d+\): anybody/);
    }
  },
);

posixTest("a directory that others may replace by another is reported", async () => {
  for (const [mode, isTold] of [[0o777, true], [0o1777, false], [0o775, false]] as const) {
    await using dir = await TestDir.make();
    const path = await stateDir(dir, 0o700);
    await Deno.chmod(dir.path, mode);
    const real = await Deno.realPath(dir.path);
    assertEquals(
      (await guarded(path)).notices,
      isTold
        ? [
          `The state directory ${path} can be replaced by other users: they can write to ${real} ` +
          `(mode 0777, owner uid ${Deno.uid()}). Set CONFIGS_DIR to a directory below your home`,
        ]
        : [],
    );
  }
});

posixTest("a user who is not root has their own directory too", async () => {
  await using dir = await TestDir.make();
  const path = await stateDir(dir, 0o700);
  const { statSync, lstatSync } = Deno;
  Deno.statSync = (at) => ({ ...statSync(at), uid: OTHER_UID });
  Deno.lstatSync = (at) => ({ ...lstatSync(at), uid: OTHER_UID });
  try {
    assertEquals(await guarded(path, { uid: OTHER_UID }), { notices: [] });
  } finally {
    Object.assign(Deno, { statSync, lstatSync });
  }
});

posixTest("a parent directory that is another user's is reported; root's is not", async () => {
  await using dir = await TestDir.make();
  const path = await stateDir(dir, 0o700);
  const parent = await Deno.realPath(dir.path);
  const { statSync } = Deno;
  // 65534: in a sandbox nobody knows whose it is, most likely root's.
  for (const [uid, isTold] of [[OTHER_UID, true], [0, false], [65_534, false]] as const) {
    Deno.statSync = (at) => ({ ...statSync(at), ...(at === parent && { uid }) });
    try {
      assertEquals((await guarded(path)).notices.length, isTold ? 1 : 0, `uid ${uid}`);
    } finally {
      Deno.statSync = statSync;
    }
  }
});

posixTest("on a system that knows no owners nothing is said", async () => {
  await using dir = await TestDir.make();
  const path = await stateDir(dir, 0o777);
  assertEquals(guardStateDir(path, { ...await Deno.lstat(path), uid: null }, false), {
    notices: [],
  });
});

testUnless(NOT_ROOT, {
  name: "a link of another user in its place is refused, one of root's is not (needs root)",
  fn: async () => {
    await using dir = await TestDir.make();
    const link = dir.at("link");
    await Deno.symlink(await stateDir(dir, 0o700), link);
    assertEquals((await guarded(link)).refusal, undefined);
    const { success } = await new Deno.Command("chown", { args: ["-h", `${OTHER_UID}`, link] })
      .output();
    assertEquals(success, true);
    assertMatch((await guarded(link)).refusal ?? "", /^it belongs to another user \(uid 1234, /);
  },
});
