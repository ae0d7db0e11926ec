/** A platform that is away fails several things at once: that is one problem, in a few lines. */
import { assert, assertEquals } from "@std/assert";
import { serverLines } from "../../../src/commands/status/lines.ts";
import { distinctProblems } from "../../../src/commands/status/problems.ts";
import type { ErrorReport } from "../../../src/commands/status/server_report.ts";

const ID = "3f6b1c58-9a0e-4d27-8b41-6c2d5e7fa101";
const AWAY =
  "Cannot reach http://127.0.0.1:8090: Connection refused: nothing listens there. Check the host and " +
  "the port in PLATFORM_URL; is the platform running? For a platform on this machine, start it.";

function problem(text: string, more: Partial<ErrorReport> = {}): ErrorReport {
  return { text, count: 1, at: "2026-06-01T11:57:00Z", over_at: null, ...more };
}

const HEARTBEAT = `Heartbeat for workspace ${ID} failed: ${AWAY}`;
const FETCHING = `Cannot fetch messages of workspace ${ID}: ${AWAY}`;

Deno.test("what fails for the same cause is one problem, with the newest time", () => {
  const later = problem(FETCHING, { count: 4, at: "2026-06-01T11:58:00Z" });
  assertEquals(distinctProblems([problem(HEARTBEAT, { count: 2 }), later]), [
    problem(HEARTBEAT, { count: 4, at: "2026-06-01T11:58:00Z" }),
  ]);
  const refused = "answered 401: invalid. The workspace token was refused";
  const [one, ...others] = distinctProblems([
    problem(`The platform refused workspace ${ID} (HTTP 401): ${refused} (since 1; tried: x)`),
    problem(`Cannot fetch messages of workspace ${ID}: ${refused} (since 2; tried: y)`),
  ]);
  assert(one?.text.startsWith("The platform refused"));
  assertEquals(others, []);
});

Deno.test("other causes, other workspaces and what is over stay apart", () => {
  const all = [
    problem(HEARTBEAT),
    problem(FETCHING.replace(AWAY, "answered 500")),
    problem(FETCHING.replace(ID, "another")),
    problem(FETCHING, { over_at: "2026-06-01T11:59:00Z" }),
    problem("The disk is full"),
  ];
  assertEquals(distinctProblems(all), all);
});

for (const width of [60, 80, undefined]) {
  Deno.test(`at a width of ${width} a problem takes three lines at most`, () => {
    const lines = serverLines({
      running: true,
      profile: null,
      state_dir: "/state",
      pid: 1,
      version: "0.1.0",
      started_at: null,
      updated_at: null,
      client: null,
      workspaces: [],
      errors: [problem(HEARTBEAT), problem(FETCHING)],
    }, { nowMs: Date.now(), width, mark: (kind) => kind.padEnd(4), strong: (text) => text });
    const from = lines.findIndex((line) => line.startsWith("  problem"));
    const shown = lines.slice(from);
    assertEquals(lines.filter((line) => line.startsWith("  problem")).length, 1);
    if (width === undefined) return assert(shown.length === 1 && shown[0]?.endsWith(AWAY));
    assertEquals(shown.length, 3);
    assert(shown.every((line) => line.length <= width), shown.join("\n"));
    assert(shown.at(-1)?.endsWith(" …"));
    const words = new Set(HEARTBEAT.split(" "));
    const last = shown.at(-1)?.trim().split(" ").slice(0, -1) ?? [];
    assert(last.every((word) => words.has(word)), "a word is cut");
  });
}
