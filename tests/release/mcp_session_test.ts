import { assertEquals, assertRejects } from "@std/assert";
import { exists } from "@std/fs";
import { McpSession } from "../../scripts/smoke/mcp_session.ts";
import { LIMITS } from "../../scripts/smoke/limits.ts";
import { SmokeFailure } from "../../scripts/smoke/program.ts";
import { TestDir } from "../support/test_dir.ts";
import { NO_SHELL, testUnless } from "../support/test_unless.ts";

/**
 * A program that writes what is not MCP, started by another one that is killed without it. The inner
 * one writes: else the outer one may be killed before it has started anything.
 */
const CHATTY = 'sh -c \'echo Welcome; cat >/dev/null; sleep 0.3; echo >"$0"\' "$1"; true';

testUnless(NO_SHELL, {
  name: "a session that cannot be opened has ended when it says so, with what its process started",
  fn: async () => {
    await using dir = await TestDir.make();
    const ended = dir.at("ended");
    const program = { name: "chatty", command: "/bin/sh", args: ["-c", CHATTY, "sh", ended] };
    await assertRejects(
      () => McpSession.open(program, { ...LIMITS, cwd: dir.path, env: {} }),
      SmokeFailure,
      "stdout carries what is not MCP",
    );
    assertEquals(await exists(ended), true);
  },
});
