import { assert, assertEquals } from "@std/assert";
import { growth } from "../../scripts/soak/figures.ts";
import { soak } from "../../scripts/soak/soak.ts";
import { programCommand } from "../e2e/program.ts";

Deno.test({
  name:
    "a minute at 20 messages a second, with faults, kills and an unread stderr: all arrive once",
  sanitizeOps: false, // A killed process leaves its pipes behind.
  sanitizeResources: false,
  async fn() {
    const [command, ...args] = programCommand();
    const report = await soak({
      program: { name: "under test", command, args },
      durationMs: 60_000,
      messagesPerSecond: 20,
      faultsPerMinute: 50,
      kills: 3,
      seed: 20260521,
      sampleEveryMs: 1_000,
    });
    assert(report.sent > 1_000, `${report.sent} sent`);
    assertEquals(report.lost, [], "lost");
    assertEquals(report.again, [], "handed out again after the pop was answered");
    assertEquals(report.outOfOrder, [], "out of order");
    assertEquals(report.kills, 3);
    assert(report.faults > 10, `${report.faults} faults`);
    assertEquals(growth(report.samples), [], "grown");
  },
});
