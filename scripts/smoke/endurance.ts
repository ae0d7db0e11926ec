import { field } from "../../src/lib/json.ts";
import { type Footprint, footprint } from "./footprint.ts";
import type { Limits } from "./limits.ts";
import type { McpSession } from "./mcp_session.ts";
import { hold, type Program } from "./program.ts";
import { type SmokeSandbox, smokeSandbox } from "./sandbox.ts";
import { withTimersCounted } from "./timers.ts";
import { TempDir } from "../temp_dir.ts";

const MESSAGES = 500;
/** Enough for caches, pools and compiled code to reach their final size. */
const WARM_UP = 300;
/** Sent at once. */
const BATCH = 50;
/** A leak of one descriptor a message would be 500; a connection or two may open or close meanwhile. */
const TOLERANCE = { descriptors: 8, timers: 8, memoryBytes: 24 * 1024 * 1024 } as const;

type Held = Footprint & { readonly timers?: number };

/**
 * Handles 500 messages: the program must hold as many descriptors, timers and bytes after as before.
 * Timers can only be counted under `deno run`; an executable holds the same code. A minifier once
 * dropped what closed the files, which no test of the source could notice.
 *
 * @returns what was seen, for the table
 * @throws {SmokeFailure}
 */
export async function endurance(program: Program, limits: Limits): Promise<string> {
  await using sandbox = await smokeSandbox();
  await using folder = await TempDir.make();
  const counted = await withTimersCounted(program, folder.path);
  await using session = await sandbox.open(counted ?? program, limits);
  const look = async (): Promise<Held | undefined> => {
    const seen = await footprint(session.pid);
    return seen && { ...seen, timers: await counted?.timers() };
  };
  await handle(WARM_UP, session, sandbox);
  const before = await look();
  await handle(MESSAGES, session, sandbox);
  const after = await look();
  await session.end();
  return before && after ? compared(before, after) : "not shown here";
}

/** The agent's side: this many messages come in, are read, and are popped. */
async function handle(count: number, session: McpSession, sandbox: SmokeSandbox): Promise<void> {
  for (let handled = 0; handled < count; handled++) {
    if (handled % BATCH === 0) {
      for (let sent = 0; sent < BATCH; sent++) {
        await sandbox.platform.sendAsUser(sandbox.agent.id, `message ${handled + sent}`);
      }
    }
    const { structured } = await session.callTool("wait_for_message", { timeout_secs: 15 });
    const activityId = field(structured, "activity_id");
    const { text } = await session.callTool("inbox_pop", { activity_id: activityId });
    hold(`message ${handled} is taken out`, text.includes("true"), text);
  }
}

/** @throws {SmokeFailure} when more is held than before */
function compared(before: Held, after: Held): string {
  const names = ["descriptors", "timers", "memoryBytes"] as const;
  for (const name of names) {
    const [first, last] = [before[name] ?? 0, after[name] ?? 0];
    const grown = last - first;
    hold(`as many ${name} after ${MESSAGES} messages as before`, grown <= TOLERANCE[name], {
      before: first,
      after: last,
    });
  }
  const mebibytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(0);
  return [
    `files ${before.descriptors}>${after.descriptors}`,
    ...(after.timers === undefined ? [] : [`timers ${before.timers}>${after.timers}`]),
    `MiB ${mebibytes(before.memoryBytes)}>${mebibytes(after.memoryBytes)}`,
  ].join(" ");
}
