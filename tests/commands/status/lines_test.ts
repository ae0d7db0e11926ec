import { assert, assertEquals } from "@std/assert";
import { duration, timeText } from "../../../src/commands/support/time_text.ts";
import { hasTrouble, isRefused, serverLines } from "../../../src/commands/status/lines.ts";
import { checkDelivery } from "../../../src/commands/doctor/delivery.ts";
import { whyLocksTellNothing } from "../../../src/commands/support/cannot_tell.ts";
import { olderDeno } from "../../support/older_deno.ts";
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

/** How a time is shown, on this machine's clock. */
const at = (time: string) => timeText(time, NOW);

function lines(report: ServerReport, width?: number, cutsWords = false): readonly string[] {
  return serverLines(report, {
    nowMs: NOW,
    width,
    cutsWords,
    mark: (kind) => kind.padEnd(4),
    strong: (text) => text,
  });
}

Deno.test("a server that does what it should", () => {
  assertEquals(lines(server()), [
    `Process 4711, molecule-mcp 0.1.0, started ${at("2026-06-01T11:47:00Z")}`,
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
      "fail the platform has been unreachable for 12 min, last heartbeat 8 s ago",
      true,
    ],
    [
      { presence: "refused", last_heartbeat_at: null },
      "fail the platform has refused the token for 12 min, no heartbeat yet",
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

const INBOXES: (readonly [Partial<WorkspaceReport>, line: string])[] = [
  [{ waiting: 0 }, "ok   delivering, no messages wait"],
  [{ waiting: 1 }, "ok   delivering, 1 message waits"],
  [{ inbox: "standing_by" }, "ok   standing by: another process delivers"],
  [{ inbox: "starting" }, "skip starting"],
  [{ inbox: "stopped" }, "fail cannot receive: see the problems"],
  [{ inbox: "off" }, "skip off (MOLECULE_MCP_DISABLE_INBOX)"],
];

for (
  const [presence, why] of [
    ["refused", "while the platform refuses the token"],
    ["unreachable", "while the platform cannot be reached"],
    ["removed", "any more"],
  ] as const
) {
  INBOXES.push(
    [{ presence }, `fail receives nothing ${why}; 2 messages wait`],
    [{ presence, inbox: "starting" }, `fail receives nothing ${why}`],
    [
      { presence, inbox: "standing_by" },
      `fail standing by behind another process; nothing is received ${why}`,
    ],
    [
      { inbox: "standing_by", delivered_by: { pid: 7, client: null, presence } },
      `fail standing by behind process 7; nothing is received ${why}`,
    ],
    [{ presence, inbox: "off" }, "skip off (MOLECULE_MCP_DISABLE_INBOX)"],
  );
}

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
    `  problem    warn ${at("2026-06-01T11:57:00Z")}, 3 times: down`,
    `  problem    skip ${at("2026-06-01T09:00:00Z")}, over for 60 min: slow`,
  ]);
});

Deno.test("a Deno that cannot try a lock is named as the reason, with what to do", () => {
  using _older = olderDeno();
  const version = Deno.version.deno;
  assertEquals(
    lines(server({}, { running: null }))[1],
    `  runs?      warn cannot be told with Deno ${version}, only from 2.9 on; ` +
      `last seen ${at("2026-06-01T11:59:52Z")}`,
  );
  assertEquals(whyLocksTellNothing().next, "deno upgrade");
  const [finding] = checkDelivery({ state: "unknown" });
  assertEquals(
    finding?.text,
    `whether a server delivers here cannot be told with Deno ${version}, only from 2.9 on`,
  );
  assertEquals(finding?.next, "deno upgrade");
});

Deno.test("where it cannot be told whether it runs, that is said", () => {
  assertEquals(
    lines(server({}, { running: null }))[1],
    `  runs?      warn cannot be told here: its lock tells nothing; last seen ${
      at("2026-06-01T11:59:52Z")
    }`,
  );
});

Deno.test("times in a server's words are told as this machine's clock has them", () => {
  const text = "refused (since 2026-06-01 11:57:00 UTC; tried: x), not 2026-99-99 11:57:00 UTC";
  const errors = [{ text, count: 1, at: null, over_at: null }];
  const [, clock] = /\((.*)\)/.exec(at("2026-06-01T11:57:00Z")) ?? [];
  assertEquals(
    lines(server({}, { errors })).at(-1),
    `  problem    warn some time ago: refused (since ${clock}; tried: x), not 2026-99-99 11:57:00 UTC`,
  );
});

Deno.test("on a terminal lines are broken between words", () => {
  const long = "https://platform.example.com/with/a/path/that/is/longer/than/a/narrow/line/is";
  const text = `${"many words ".repeat(30)}${long}`;
  for (const width of [40, 60, 80, 200]) {
    const shown = lines(server({ name: `x ${text} x` }), width);
    const own = shown.filter((line) => !line.includes(long));
    assert(own.every((line) => line.length <= width), own.join("\n"));
    const words = shown.join(" ").split(/\s+/);
    assert(words.includes(long), words.join(" "));
    assertEquals(words.filter((word) => word === "many").length, 30);
  }
});

Deno.test("where the rest of a line would be lost, a word that is too long is broken", () => {
  const shown = lines(server({ name: "ÿ".repeat(200) }), 60, true);
  assert(shown.slice(1).every((line) => line.length <= 60), shown.join("\n"));
  assertEquals(shown.join("").replaceAll(/[^ÿ]/g, "").length, 200);
});

Deno.test("whose token is refused is told apart from other trouble", () => {
  for (const presence of ["refused", "removed"] as const) assert(isRefused(server({ presence })));
  for (const presence of ["unreachable", "online"] as const) {
    assert(!isRefused(server({ presence })));
  }
  assert(!isRefused(server({ presence: "refused" }, { running: false })));
});

Deno.test("a time is its age and the local time, with the date when it is older than a day", () => {
  const local = (...parts: [number, number, number, number, number]) =>
    new Date(...parts).toISOString();
  const now = new Date(2026, 5, 2, 12, 0).getTime();
  assertEquals(timeText(local(2026, 5, 2, 9, 5), now), "2 h ago (09:05)");
  assertEquals(timeText(local(2026, 5, 1, 12, 1), now), "23 h ago (12:01)");
  assertEquals(timeText(local(2026, 5, 1, 12, 0), now), "24 h ago (1 Jun 2026, 12:00)");
  assertEquals(timeText(local(2026, 4, 20, 23, 59), now), "12 d ago (20 May 2026, 23:59)");
  assertEquals(timeText(local(2027, 0, 1, 0, 0), now), "0 s ago (1 Jan 2027, 00:00)");
});

Deno.test("durations", () => {
  const shown = [-5, 0, 1999, 119_000, 120_000, 7_199_000, 7_200_000, 49 * 3_600_000].map(duration);
  assertEquals(shown, ["0 s", "0 s", "1 s", "119 s", "2 min", "119 min", "2 h", "2 d"]);
});
