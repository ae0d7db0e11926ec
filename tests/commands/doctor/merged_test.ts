import { assert, assertEquals, assertMatch } from "@std/assert";
import { checkClients } from "../../../src/commands/doctor/clients.ts";
import { checkDelivery } from "../../../src/commands/doctor/delivery.ts";
import type { Finding } from "../../../src/commands/doctor/finding.ts";
import { merged } from "../../../src/commands/doctor/merged.ts";
import { withEntry } from "./stage.ts";

const warning = (text: string, cause = "workspace.alone"): Finding => ({
  mark: "warn",
  area: "workspace",
  cause,
  text,
});

Deno.test("what holds for several workspaces alike is one line", () => {
  const [a, b, c] = ["a", "b", "c"].map((id) => warning(`workspace ${id}: it has no peers`));
  const other = warning("workspace a: it is paused", "workspace.paused");
  assert(a && b && c);
  assertEquals(merged([a, other, b]), [warning("workspaces a, b: it has no peers"), other]);
  assertEquals(merged([a, b, c]), [warning("3 workspaces: it has no peers")]);
  assertEquals(merged([a, other]), [a, other]);
  assertEquals(merged([other, other]), [warning("workspaces a, a: it is paused", other.cause)]);
});

Deno.test("the problems of one server are one line, and are the server's", () => {
  const problem = (text: string, over_at: string | null = null) => ({ text, over_at });
  const server = {
    running: true,
    pid: 12,
    started_at: null,
    client: null,
    workspaces: [],
    errors: [
      problem("new. It is tried again."),
      problem("over", "2026-01-01T00:00:00Z"),
      problem("old"),
      problem("x"),
    ],
  };
  const trouble = ["workspace a: ", "workspace b: "].flatMap((whose) =>
    checkDelivery({ state: "held", server }, { whose })
  );
  assertEquals(merged(trouble).map(({ text }) => text), [
    "workspaces a, b: process 12 delivers on this machine",
    "the server that runs says: new (and 2 more problems)",
  ]);
});

Deno.test("when it started is told as people tell it", () => {
  const started_at = new Date(2026, 5, 1, 9, 5).toISOString();
  const server = { running: true, pid: 12, started_at, client: null, workspaces: [], errors: [] };
  const nowMs = new Date(2026, 5, 1, 9, 8).getTime();
  const [held] = checkDelivery({ state: "held", server }, { nowMs });
  assertEquals(held?.text, "process 12 started 3 min ago (09:05), delivers on this machine");
});

Deno.test("several clients whose entries start the same other copy are one line", async () => {
  const [claude] = await withEntry({ pointsTo: "another", command: "/old/molecule-mcp" })();
  assert(claude);
  const codex = { ...claude, client: { ...claude.client, id: "codex" } };
  const found = checkClients([claude, codex]);
  assertEquals(found.length, 1);
  assertMatch(
    found[0]?.text ?? "",
    /^claude-code, codex \(user, 2 files\): "molecule" starts another/,
  );
  assertEquals(found[0]?.next, "molecule-mcp install claude-code codex --replace");
  assertEquals(checkClients([claude]).length, 1);
});

Deno.test("who is to deliver and can receive nothing does not count as right", () => {
  const [held] = checkDelivery({ state: "held", holder: "process 12", presence: "refused" });
  assertEquals(held?.mark, "skip");
  assertMatch(held?.text ?? "", /receives nothing while the platform refuses the token$/);
  const [online] = checkDelivery({ state: "held", holder: "process 12", presence: "online" });
  assertEquals(online?.mark, "ok");
});

Deno.test("where no server runs, what starts one is named", () => {
  const start = "In Claude Code: restart it";
  assertEquals(checkDelivery({ state: "free" }, { start }).map(({ next }) => next), [start]);
});
