import { assert, assertEquals } from "@std/assert";
import { duration } from "../../../src/commands/status/age.ts";
import { hasTrouble, serverLines } from "../../../src/commands/status/lines.ts";
import type { ServerReport, WorkspaceReport } from "../../../src/commands/status/server_report.ts";

const NOW = Date.parse("2026-06-01T12:00:00Z");

const WORKSPACE: WorkspaceReport = {
  id: "ws-1",
  name: "Lead",
  platform_url: "https://p.example.com",
  presence: "online",
  presence_since: "2026-06-01T11:48:00Z",
  last_heartbeat_at: "2026-06-01T11:59:52Z",
  inbox: "delivering",
  delivered_by: null,
  waiting: 2,
};

function server(
  workspace: Partial<WorkspaceReport> = {},
  rest: Partial<ServerReport> = {},
): ServerReport {
  return {
    running: true,
    profile: null,
    state_dir: "/state",
    pid: 4711,
    version: "0.1.0",
    started_at: "2026-06-01T11:47:00Z",
    updated_at: "2026-06-01T11:59:52Z",
    client: { name: "claude-code", version: "2.1.34" },
    workspaces: [{ ...WORKSPACE, ...workspace }],
    errors: [],
    ...rest,
  };
}

function lines(report: ServerReport, width?: number): readonly string[] {
  return serverLines(report, {
    nowMs: NOW,
    width,
    mark: (kind) => kind.padEnd(4),
    strong: (text) => text,
  });
}

Deno.test("a server that does what it should", () => {
  assertEquals(lines(server()), [
    "Process 4711, molecule-mcp 0.1.0, started 13 min ago",
    "  client     claude-code 2.1.34",
    "  workspace  ws-1 (Lead)",
    "  platform   https://p.example.com",
    "  presence   ok   online for 12 min, last heartbeat 8 s ago",
    "  inbox      ok   delivering, 2 messages wait",
  ]);
});

const PRESENCES: readonly (readonly [Partial<WorkspaceReport>, line: string, trouble: boolean])[] =
  [
    [{ presence: "starting" }, "skip registering", false],
    [{ presence: "off" }, "skip off (MOLECULE_MCP_DISABLE_HEARTBEAT)", false],
    [
      { presence: "unreachable" },
      "fail the platform cannot be reached for 12 min, last heartbeat 8 s ago",
      true,
    ],
    [
      { presence: "refused", last_heartbeat_at: null },
      "fail the platform refuses the token for 12 min, no heartbeat yet",
      true,
    ],
    [{ presence: "removed" }, "fail removed from the platform 12 min ago", true],
    [
      { last_heartbeat_at: "2026-06-01T11:50:00Z" },
      "warn online for 12 min, last heartbeat 10 min ago: it hangs, or this machine slept",
      false,
    ],
  ];

for (const [workspace, expected, trouble] of PRESENCES) {
  Deno.test(`presence: ${expected}`, () => {
    const report = server(workspace);
    assertEquals(
      lines(report).find((line) => line.includes("presence")),
      `  presence   ${expected}`,
    );
    assertEquals(hasTrouble(report), trouble);
  });
}

const INBOXES: readonly (readonly [Partial<WorkspaceReport>, line: string])[] = [
  [{ waiting: 0 }, "ok   delivering, no messages wait"],
  [{ waiting: 1 }, "ok   delivering, 1 message waits"],
  [{ inbox: "standing_by" }, "ok   standing by: another process delivers"],
  [{ inbox: "starting" }, "skip starting"],
  [{ inbox: "stopped" }, "fail cannot receive: see the problems"],
  [{ inbox: "off" }, "skip off (MOLECULE_MCP_DISABLE_INBOX)"],
];

for (const [workspace, expected] of INBOXES) {
  Deno.test(`inbox: ${expected}`, () => {
    const inbox = lines(server(workspace)).find((line) => line.includes("inbox"));
    assertEquals(inbox, `  inbox      ${expected}`);
  });
}

Deno.test("problems are shown with age, count, and whether they are over", () => {
  const errors = [
    { text: "down", count: 3, at: "2026-06-01T11:57:00Z", over_at: null },
    { text: "slow", count: 1, at: "2026-06-01T09:00:00Z", over_at: "2026-06-01T11:00:00Z" },
  ];
  assertEquals(lines(server({}, { errors })).slice(-2), [
    "  problem    warn 3 min ago, 3 times: down",
    "  problem    skip 3 h ago, over since 60 min: slow",
  ]);
});

Deno.test("where it cannot be told whether it runs, that is said", () => {
  assertEquals(
    lines(server({}, { running: null }))[1],
    "  runs?      warn cannot be told here; last seen 8 s ago",
  );
});

Deno.test("on a terminal no line is wider than it, and the words stay", () => {
  const text = `${"many words ".repeat(30)}${"x".repeat(200)}`;
  const errors = [{ text, count: 1, at: null, over_at: null }];
  for (const width of [40, 60, 80, 200]) {
    const shown = lines(server({}, { errors }), width);
    const own = shown.filter((line) => line.startsWith(" "));
    assert(own.every((line) => line.length <= width), own.join("\n"));
    const squeezed = shown.join("").replaceAll(" ", "");
    assert(squeezed.endsWith(`ago:${text}`.replaceAll(" ", "")), squeezed);
  }
});

Deno.test("durations", () => {
  const shown = [-5, 0, 1999, 119_000, 120_000, 7_199_000, 7_200_000, 49 * 3_600_000].map(duration);
  assertEquals(shown, ["0 s", "0 s", "1 s", "119 s", "2 min", "119 min", "2 h", "2 d"]);
});
