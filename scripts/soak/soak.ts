import { startLocalPlatform } from "../../src/local/start.ts";
import { textField } from "../../src/lib/json.ts";
import { type Footprint, footprint } from "../smoke/footprint.ts";
import { LIMITS } from "../smoke/limits.ts";
import { McpSession } from "../smoke/mcp_session.ts";
import { type Program, SmokeFailure } from "../smoke/program.ts";
import { Ledger } from "./ledger.ts";
import { Random } from "./random.ts";
import { randomFault, sendNext } from "./traffic.ts";
import { TempDir } from "../temp_dir.ts";

/** How hard and how long. */
export interface SoakOptions {
  readonly program: Program;
  readonly durationMs: number;
  readonly messagesPerSecond: number;
  readonly faultsPerMinute: number;
  /** SIGKILLs, all in the first third; the rest is one long life, whose figures must stay flat. */
  readonly kills: number;
  readonly seed: number;
  readonly sampleEveryMs: number;
  readonly onSample?: (sample: Sample) => void;
}

/** What was seen at a moment. */
export interface Sample extends Footprint {
  readonly elapsedMs: number;
  readonly sent: number;
  readonly handed: number;
  /** Lives of the program so far. */
  readonly lives: number;
}

/** What came of it. */
export interface SoakReport {
  readonly sent: number;
  /** Never handed out. */
  readonly lost: readonly string[];
  /** Handed out after the pop was answered. */
  readonly again: readonly string[];
  /** Senders whose messages came in another order. */
  readonly outOfOrder: readonly string[];
  readonly kills: number;
  readonly faults: number;
  /** The program's requests by kind. */
  readonly requests: ReadonlyMap<string, number>;
  readonly samples: readonly Sample[];
}

const PEERS = 3;
/** A leak of one descriptor a message would use these up within seconds. */
const DESCRIPTOR_LIMIT = 256;
/**
 * How long a fault waits for a request. Without a limit, a program that asks less often after a failure
 * would meet a fault with every request.
 */
const FAULT_MS = 400;
/** How many waits in a row may bring nothing when all has been sent and something is still missing. */
const PATIENCE = 30;
const KINDS = /\/(register|heartbeat|activity|stream|content|ack)$/;
/** Requests of the program that faults happen to; the senders' are left alone. */
const FAULTY = /\/(heartbeat|activity|stream)$/;

/**
 * Lets the program work for a long time: a user and three peers write, the platform fails now and
 * then, the program is killed, and nobody reads its stderr. The agent reads each message and takes it
 * out for good.
 *
 * @throws {SmokeFailure} when the program stops answering
 */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  await using platform = await startLocalPlatform({
    // Of the senders; what the program asks for is counted in the report.
    rateLimit: { requests: 1_000_000, windowMs: 60_000 },
    recordRequests: false,
  });
  const receiver = await platform.createWorkspace({ name: "Receiver", deliveryMode: "poll" });
  const peers = await Promise.all(
    Array.from(
      { length: PEERS },
      (_, index) => platform.createWorkspace({ name: `Peer ${index}`, parentId: receiver.id }),
    ),
  );
  const startedAtMs = performance.now();
  const elapsedMs = () => performance.now() - startedAtMs;
  const random = new Random(options.seed);
  const ledger = new Ledger();
  const requests = new Map<string, number>();
  const samples: Sample[] = [];
  let failingUntilMs = 0;
  let faults = 0;
  platform.faults.use(({ path }) => {
    if (/\/a2a$/.test(path)) return undefined;
    const kind = KINDS.exec(path)?.[1] ?? "other";
    requests.set(kind, (requests.get(kind) ?? 0) + 1);
    if (elapsedMs() > failingUntilMs || !FAULTY.test(path)) return undefined;
    failingUntilMs = 0;
    faults += 1;
    return randomFault(random);
  });

  await using stateDir = await TempDir.make();
  const killAtMs = Array.from(
    { length: options.kills },
    (_, index) => ((index + random.next()) / options.kills) * (options.durationMs / 3),
  );
  let lives = 0;
  let session: McpSession | undefined;
  const timers = [
    setInterval(() => {
      failingUntilMs = elapsedMs() + FAULT_MS;
    }, 60_000 / options.faultsPerMinute),
    ...killAtMs.map((atMs) => setTimeout(() => session?.kill(), atMs)),
    setInterval(async () => {
      const held = session && await footprint(session.pid).catch(() => undefined);
      if (!held) return; // Just killed, or a system that does not show it.
      const { sentCount: sent, handedCount: handed } = ledger;
      const sample = { ...held, elapsedMs: elapsedMs(), sent, handed, lives };
      samples.push(sample);
      options.onSample?.(sample);
    }, options.sampleEveryMs),
  ];
  const sending = (async () => {
    while (elapsedMs() < options.durationMs) {
      const due = Math.floor((elapsedMs() / 1000) * options.messagesPerSecond);
      while (ledger.sentCount < due) await sendNext(platform, receiver, peers, ledger);
      await new Promise((resolve) => setTimeout(resolve, 1000 / options.messagesPerSecond));
    }
    return true;
  })();
  let sentAll = false;
  sending.then(() => sentAll = true, () => {}); // Its failure is thrown below.
  try {
    for (let done = false; !done;) {
      lives += 1;
      await using live = await McpSession.open(limited(options.program), {
        ...LIMITS,
        cwd: stateDir.path,
        readsStderr: false,
        env: {
          WORKSPACE_ID: receiver.id,
          PLATFORM_URL: platform.url,
          MOLECULE_WORKSPACE_TOKEN: receiver.token,
          CONFIGS_DIR: stateDir.path,
          // So that there is something that nobody reads.
          MOLECULE_MCP_VERBOSE: "1",
          ...options.program.env,
        },
      });
      session = live;
      done = await work(live, ledger, () => sentAll, () => lives <= options.kills);
    }
    await sending;
  } finally {
    for (const timer of timers) clearInterval(timer);
  }
  return {
    sent: ledger.sentCount,
    lost: ledger.lost(),
    again: ledger.again,
    outOfOrder: ledger.outOfOrder(),
    kills: lives - 1,
    faults,
    requests,
    samples,
  };
}

/**
 * The agent in one life of the program.
 *
 * @returns whether everything is done; false when the program was killed
 */
async function work(
  session: McpSession,
  ledger: Ledger,
  sentAll: () => boolean,
  mayBeKilled: () => boolean,
): Promise<boolean> {
  try {
    for (let quiet = 0; quiet < PATIENCE;) {
      // While the platform fails it says so, as an error: that is not a message either.
      const { structured: message } = await session.tryTool("wait_for_message", {
        timeout_secs: 2,
      });
      const activityId = textField(message, "activity_id");
      if (activityId === undefined) {
        quiet = sentAll() ? quiet + 1 : 0;
        if (sentAll() && ledger.handedCount === ledger.sentCount) return true;
        continue;
      }
      quiet = 0;
      const text = textField(message, "text") ?? "";
      ledger.hand(text);
      await session.callTool("inbox_pop", { activity_id: activityId });
      ledger.pop(text);
    }
    return true; // The report names what is missing.
  } catch (error) {
    if (mayBeKilled() && error instanceof SmokeFailure && /closed stdout/.test(error.message)) {
      return false;
    }
    throw error;
  }
}

/** The program with a low limit of descriptors, on systems whose shell can set one. */
function limited(program: Program): Program {
  if (Deno.build.os === "windows") return program;
  const script = `ulimit -n ${DESCRIPTOR_LIMIT}; exec "$@"`;
  return {
    ...program,
    command: "sh",
    args: ["-c", script, "sh", program.command, ...program.args],
  };
}
