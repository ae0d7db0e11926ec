import { assertEquals } from "@std/assert";
import { fuzz } from "../../scripts/fuzz/fuzz.ts";
import { NOT_YET } from "../../scripts/fuzz/rules.ts";
import { programCommand } from "../e2e/program.ts";

Deno.test({
  name: "a thousand sessions of what no client would send: every line back is due, none is missing",
  sanitizeOps: false, // Processes that have ended leave their pipes behind.
  sanitizeResources: false,
  async fn() {
    const [command, ...args] = programCommand();
    const { failures, sessions } = await fuzz({
      program: { name: "under test", command, args },
      // `deno task fuzz` takes another one each time.
      seed: 20261128,
      sessions: 1_000,
      sessionsPerSecond: 200,
      notYet: NOT_YET,
    });
    assertEquals(failures, []);
    assertEquals(sessions, 1_000);
  },
});
