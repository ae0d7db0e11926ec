/**
 * The platform of `bench/scale.ts`, in a process of its own. It says on stdout, as lines of JSON, who
 * its workspaces are, then every second how many requests of which kind came and how many workspaces
 * are alive: they sent a heartbeat since the platform began, and within the last minute. A line on stdin is a command: `send ID TEXT` writes to a workspace as its user,
 * `restart MS` takes the platform away for a while and brings it back with its state. It ends with
 * its input.
 *
 * Usage: deno run -A scripts/bench/scale_platform.ts WORKSPACES
 *
 * @module
 */
import { sleep } from "../../src/lib/sleep.ts";
import { type LocalPlatform, startLocalPlatform } from "../../src/local/start.ts";
import { MemoryStore } from "../../src/local/state/memory_store.ts";

const KINDS = /\/(register|heartbeat|activity|ack|stream|a2a|requests|inbox|peers)$/;

if (import.meta.main) await run(Number(Deno.args[0]));

async function run(count: number): Promise<void> {
  const store = new MemoryStore();
  const requests = new Map<string, number>();
  let startedAtMs = Date.now();
  const start = async (port = 0): Promise<LocalPlatform> => {
    const platform = await startLocalPlatform({ port, store, recordRequests: false });
    platform.faults.use(({ path }) => {
      const kind = KINDS.exec(path)?.[1] ?? "other";
      requests.set(kind, (requests.get(kind) ?? 0) + 1);
      return undefined;
    });
    return platform;
  };
  let platform = await start();
  const { port } = new URL(platform.url);
  const workspaces = [];
  for (let index = 0; index < count; index++) {
    workspaces.push(
      await platform.createWorkspace({ name: `Agent ${index}`, deliveryMode: "poll" }),
    );
  }
  say({ platformUrl: platform.url, workspaces });
  const report = setInterval(() => {
    const sinceMicros = Math.max(startedAtMs, Date.now() - 60_000) * 1_000;
    const alive = store.workspaces().filter(({ lastHeartbeatAt }) =>
      lastHeartbeatAt !== null && lastHeartbeatAt >= sinceMicros
    );
    say({ requests: Object.fromEntries(requests), alive: alive.length });
    requests.clear();
  }, 1_000);
  for await (const line of lines(Deno.stdin.readable)) {
    const [command, what = "", ...words] = line.split(" ");
    if (command === "send") {
      const { status } = await platform.sendAsUser(what, words.join(" "));
      if (status !== 200) say({ refused: status });
    } else if (command === "restart") {
      await platform.close();
      await sleep(Number(what));
      startedAtMs = Date.now();
      platform = await start(Number(port));
    }
  }
  clearInterval(report);
  await platform.close();
}

async function* lines(bytes: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of bytes.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
}

function say(value: unknown): void {
  console.log(JSON.stringify(value));
}
