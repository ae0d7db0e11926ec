import { TestDir } from "../support/test_dir.ts";
import type { SkipReason } from "../support/test_unless.ts";
import { runProgram } from "./support.ts";

/** Why the program that is tested cannot tell a process that was killed from one that runs. */
export async function noTryLock(): Promise<SkipReason> {
  await using home = await TestDir.make();
  const { stdout } = await runProgram({
    args: ["doctor", "--offline", "--json"],
    env: { HOME: home.path, USERPROFILE: home.path },
  });
  const [, major, minor] = /, Deno (\d+)\.(\d+)\./.exec(stdout) ?? [];
  const isThere = Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 9);
  return isThere ? undefined : "this program's Deno (before 2.9) cannot try a lock";
}
