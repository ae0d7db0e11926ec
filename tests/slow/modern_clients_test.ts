import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { childEnvironment } from "../../scripts/child_environment.ts";
import { TOOL_PACKAGES } from "../../scripts/tools/versions.ts";
import { field } from "../../src/lib/json.ts";
import { TOOLS } from "../../src/tools/tools.ts";
import { programCommand, ROOT } from "../e2e/program.ts";
import { testTeam } from "../e2e/test_workspace.ts";
import { TestDir } from "../support/test_dir.ts";
import type { Mode, ModernJob, ModernReport } from "./modern_client.ts";
import { runClient } from "./run_client.ts";
import { type Passed, readWireLog } from "./wire_log.ts";

const V2 = TOOL_PACKAGES.mcpClient;
const V2_FLAGS = [
  "--no-config",
  `--lock=${pathOf("../../scripts/tools/deno.lock")}`,
  "--frozen",
];
const V2_CLIENT = [
  Deno.execPath(),
  "run",
  "--quiet",
  ...V2_FLAGS,
  "--allow-all",
  pathOf("modern_client.ts"),
];
const PYTHON_PACKAGE = "mcp==2.3.0";
const WIRE_LOG = pathOf("wire_log.ts");
const VERSION_KEY = "io.modelcontextprotocol/protocolVersion";
const PIN: Mode = { pin: "2026-07-28" };

/** What a client saw, and what passed between it and every server that it started. */
interface Session {
  readonly report: ModernReport;
  readonly passed: readonly Passed[];
}

type How = Pick<ModernJob, "mode"> & Partial<Pick<ModernJob, "clientName" | "inPlace">>;

/** One client, from its start to its end, with a message that waits for its agent. */
async function session(client: readonly string[], how: How): Promise<Session> {
  await using team = await testTeam();
  await team.platform.sendAsUser(team.id, "good morning");
  const log = join(team.stateDir, "wire.log");
  const job: ModernJob = {
    command: Deno.execPath(),
    args: ["run", "--quiet", "--no-config", "--allow-all", WIRE_LOG, log, ...programCommand()],
    cwd: ROOT,
    env: { ...childEnvironment(), ...team.env },
    clientName: "modern",
    inPlace: true,
    ...how,
  };
  const report = await runClient<ModernReport>(client, job);
  return { report, passed: await readWireLog(log) };
}

function methods({ passed }: Session): unknown[] {
  return passed.filter(({ from }) => from === "client").map(({ message }) => message.method);
}

/** The same for both eras: the tools do their work, with progress and cancellation. */
function assertServed({ report, passed }: Session): void {
  assertEquals(report.refused, undefined);
  assertEquals(report.tools, TOOLS.map(({ name }) => name));
  assertStringIncludes(report.message, "good morning");
  assert(report.progress > 0, "progress came");
  assertMatch(report.cancelled, /not needed/);
  assertStringIncludes(report.afterwards, "Researcher");
  assertStringIncludes(report.unknownTool, "Unknown tool: no_such_tool");

  const fromServer = passed.filter(({ from }) => from === "server");
  const cancelled = passed.flatMap(({ message }) =>
    message.method === "notifications/cancelled" ? [field(message.params, "requestId")] : []
  );
  assertEquals(cancelled.length, 1);
  for (const { pid, from, message } of passed) {
    if (from !== "client" || message.id === undefined) continue;
    const answers = fromServer.filter((other) =>
      other.pid === pid && other.message.id === message.id
    );
    // Every request has one answer, and a cancelled one has none.
    assertEquals(answers.length, cancelled.includes(message.id) ? 0 : 1, String(message.method));
  }
}

/** Nothing is asked for by handshake, and each message says for itself what it is. */
function assertStateless(session: Session): void {
  assertServed(session);
  const { report, passed } = session;
  assertEquals([report.era, report.version], ["modern", "2026-07-28"]);
  assertEquals(report.listened, "{} graceful");
  assertEquals(report.pushed, []);
  assert(!methods(session).includes("initialize"));
  for (const { from, message } of passed) {
    if (from === "client") {
      // Of a notification nothing is asked.
      if (message.id === undefined) continue;
      assertEquals(field(field(message.params, "_meta"), VERSION_KEY), "2026-07-28");
    } else if (message.result !== undefined) {
      assertEquals(field(message.result, "resultType"), "complete");
      const meta = field(message.result, "_meta");
      assertEquals(field(field(meta, "io.modelcontextprotocol/serverInfo"), "name"), "molecule");
    } else if (message.error === undefined) {
      const asked = ["notifications/progress", "notifications/subscriptions/acknowledged"];
      assert(asked.includes(String(message.method)), String(message.method));
    }
  }
}

function assertDiscovered({ report }: Session): void {
  assertEquals(report.serverName, "molecule");
  assertStringIncludes(report.instructions ?? "", "wait_for_message");
}

function assertHandshake(session: Session): void {
  assertServed(session);
  assertDiscovered(session);
  assertEquals([session.report.era, session.report.version], ["legacy", "2025-11-25"]);
  assert(methods(session).includes("initialize"));
}

/** Each is a session of its own; they wait most of the time, so they run at the same time. */
const V2_SESSIONS: Record<string, () => Promise<void>> = {
  "auto: it asks, and needs no handshake": async () => {
    const seen = await session(V2_CLIENT, { mode: "auto" });
    assertStateless(seen);
    assertDiscovered(seen);
    assertEquals(methods(seen)[0], "server/discover");
  },
  "auto, as it comes: it asks another process first, and that one ends": async () => {
    const seen = await session(V2_CLIENT, { mode: "auto", inPlace: false });
    assertStateless(seen);
    assertDiscovered(seen);
    const [asked, ...others] = new Set(seen.passed.map(({ pid }) => pid));
    assertEquals(others.length, 1);
    const first = { ...seen, passed: seen.passed.filter(({ pid }) => pid === asked) };
    assertEquals(methods(first), ["server/discover"]);
  },
  "pinned to 2026-07-28": async () => {
    const seen = await session(V2_CLIENT, { mode: PIN });
    assertStateless(seen);
    assertDiscovered(seen);
  },
  "legacy: nothing but the handshake": async () => {
    const seen = await session(V2_CLIENT, { mode: "legacy" });
    assertHandshake(seen);
    assertEquals(methods(seen)[0], "initialize");
    assertEquals(seen.report.pushed, []);
  },
  "pinned to a version that nobody has: it is told which there are": async () => {
    const { report, passed } = await session(V2_CLIENT, { mode: { pin: "2099-01-01" } });
    assertMatch(report.refused ?? "", /Unsupported protocol version/);
    assertEquals(field(passed.at(-1)?.message.error, "data"), {
      supported: ["2026-07-28"],
      requested: "2099-01-01",
    });
  },
  "Claude Code: it asks, comes by the handshake, and is pushed to": async () => {
    for (const inPlace of [true, false]) {
      const seen = await session(V2_CLIENT, { mode: "auto", clientName: "claude-code", inPlace });
      assertHandshake(seen);
      assertEquals(methods(seen).slice(0, 2), ["server/discover", "initialize"]);
      assertEquals(seen.report.pushed, ["notifications/claude/channel"]);
    }
  },
  "Claude Code, pinned: it is told that this is not served": async () => {
    const { report } = await session(V2_CLIENT, { mode: PIN, clientName: "claude-code" });
    assertMatch(report.refused ?? "", /did not offer pinned protocol version/);
  },
};

const LEFT_BEHIND = { sanitizeOps: false, sanitizeResources: false, sanitizeExit: false };

Deno.test({
  name: "the SDK's v2 client is served in every mode",
  ...LEFT_BEHIND,
  async fn(t) {
    const problem = await outcome(Deno.execPath(), ["cache", ...V2_FLAGS, V2, `${V2}/stdio`]);
    if (problem !== undefined) console.log(`The SDK's v2 client cannot be had here: ${problem}`);
    await Promise.all(
      Object.entries(V2_SESSIONS).map(([name, fn]) =>
        t.step({ name, fn, ignore: problem !== undefined, ...LEFT_BEHIND })
      ),
    );
  },
});

Deno.test({
  name: "Python's mcp 2.x is served in every mode",
  ...LEFT_BEHIND,
  async fn(t) {
    await using dir = await TestDir.make();
    const problem = await pythonProblem(dir);
    if (problem !== undefined) console.log(`Python's mcp 2.x cannot be had here: ${problem}`);
    const python = [dir.at("bin", "python"), pathOf("modern_client.py")];
    const sessions: Record<string, () => Promise<void>> = {
      "auto: it asks, and needs no handshake": async () => {
        const seen = await session(python, { mode: "auto" });
        assertStateless(seen);
        assertDiscovered(seen);
        assertEquals(methods(seen)[0], "server/discover");
      },
      "pinned: it asks nothing before it begins": async () => {
        const seen = await session(python, { mode: PIN });
        assertStateless(seen);
        assert(!methods(seen).includes("server/discover"));
      },
      "legacy: nothing but the handshake": async () => {
        const seen = await session(python, { mode: "legacy" });
        assertHandshake(seen);
        assertEquals(methods(seen)[0], "initialize");
      },
      "Claude Code's name: it asks, and comes by the handshake": async () => {
        const seen = await session(python, { mode: "auto", clientName: "claude-code" });
        assertHandshake(seen);
        assertEquals(methods(seen).slice(0, 2), ["server/discover", "initialize"]);
      },
    };
    await Promise.all(
      Object.entries(sessions).map(([name, fn]) =>
        t.step({ name, fn, ignore: problem !== undefined, ...LEFT_BEHIND })
      ),
    );
  },
});

/** Puts the package into a virtual environment of its own. @returns why that cannot be, or nothing */
async function pythonProblem(dir: TestDir): Promise<string | undefined> {
  return await outcome("python3", ["-m", "venv", dir.path]) ??
    await outcome(dir.at("bin", "python"), ["-m", "pip", "install", "--quiet", PYTHON_PACKAGE]);
}

/** @returns the last line of its complaint when a command cannot be run or fails */
async function outcome(command: string, args: string[]): Promise<string | undefined> {
  try {
    const { success, stdout, stderr } = await new Deno.Command(command, { args }).output();
    if (success) return undefined;
    const said = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("\n");
    return said.trim().split("\n").at(-1) || `${command} failed`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return `there is no ${command}`;
    throw error;
  }
}

function pathOf(name: string): string {
  return fromFileUrl(new URL(name, import.meta.url));
}
