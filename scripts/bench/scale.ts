/**
 * Many workspaces at once against one local platform, which has a process of its own: a few processes
 * of the program, each with its share of the workspaces (MOLECULE_WORKSPACES), and a client that waits
 * for messages and takes them out.
 *
 * - start: how long until all workspaces have sent a heartbeat
 * - steady: heartbeats a second against what is due, the time from a message's sending to the return of
 *   wait_for_message
 * - restart: the platform goes away and comes back; requests in its busiest second against the mean of
 *   the minute after
 *
 * Usage: deno task bench:scale [--workspaces=1000] [--processes=10] [--rate=50] [--secs=120]
 * (messages a second; how long the steady part is)
 *
 * @module
 */
import { isObject } from "../../src/lib/json.ts";
import { sleep } from "../../src/lib/sleep.ts";
import { ServerProcess } from "../../tests/e2e/server_process.ts";
import { TempDir } from "../temp_dir.ts";
import { footprint } from "../smoke/footprint.ts";
import { PlatformProcess, type Second } from "./scale_process.ts";
import { percentile } from "./statistics.ts";

/** How often a workspace sends a heartbeat (src/presence/presence.ts). */
const HEARTBEAT_SECS = 20;
const OUTAGE_MS = 10_000;
const AFTER_RESTART_SECS = 60;
const START_PATIENCE_SECS = 180;

if (import.meta.main) {
  const [workspaces, processes, rate, secs] = [
    option("workspaces", 1_000),
    option("processes", 10),
    option("rate", 50),
    option("secs", 120),
  ];
  await using folder = await TempDir.make();
  await using platform = await PlatformProcess.start(workspaces);
  await using servers = new AsyncDisposableStack();
  const latenciesMs: number[] = [];
  const startedAt = performance.now();
  const pids: number[] = [];
  for (let index = 0; index < processes; index++) {
    const share = platform.workspaces.filter((_, number) => number % processes === index);
    const server = servers.use(
      await ServerProcess.start({
        MOLECULE_WORKSPACES: JSON.stringify(share),
        PLATFORM_URL: platform.url,
        CONFIGS_DIR: `${folder.path}/${index}`,
      }),
    );
    pids.push(server.pid);
    void takeMessages(server, latenciesMs).catch(() => {}); // It ends with its server.
  }
  console.log(`${workspaces} workspaces in ${processes} processes, ${rate} messages a second`);
  const startSeconds = await platform.until(
    ({ alive }) => alive === workspaces,
    START_PATIENCE_SECS,
  );
  console.log(
    `start: all online after ${secondsSince(startedAt)} s; ${peakAndMean(startSeconds)}`,
  );

  const steady = await platform.during(async () => {
    const begin = performance.now();
    for (let sent = 0; sent < rate * secs; sent++) {
      const { id } = platform.workspaces[Math.floor(Math.random() * workspaces)] ?? { id: "" };
      await platform.tell(`send ${id} ${Date.now()}`);
      await sleep(Math.max(0, begin + (sent + 1) * 1_000 / rate - performance.now()));
    }
  });
  await sleep(5_000);
  const beats = steady.reduce((sum, { requests }) => sum + (requests.heartbeat ?? 0), 0);
  console.log(
    `steady: ${latenciesMs.length} of ${rate * secs} messages; ` +
      `p50 ${shown(percentile(latenciesMs, 0.5))}, p99 ${shown(percentile(latenciesMs, 0.99))}, ` +
      `longest ${shown(percentile(latenciesMs, 0.9999))}; ${platform.refused} refused`,
  );
  console.log(
    `steady: ${(beats / steady.length).toFixed(1)} heartbeats a second ` +
      `(due: ${(workspaces / HEARTBEAT_SECS).toFixed(1)}); at least ` +
      `${Math.min(...steady.map(({ alive }) => alive))} alive; ${peakAndMean(steady)}`,
  );
  const sizes = await Promise.all(
    pids.map(async (pid) => (await footprint(pid))?.memoryBytes ?? 0),
  );
  console.log(`memory of a process: at most ${(Math.max(...sizes) / 2 ** 20).toFixed(0)} MiB`);

  await platform.tell(`restart ${OUTAGE_MS}`);
  await sleep(OUTAGE_MS);
  const backAt = performance.now();
  const after = await platform.until(({ alive }) => alive === workspaces, START_PATIENCE_SECS);
  console.log(`restart: all back after ${secondsSince(backAt)} s`);
  const rest = await platform.during(() =>
    sleep(Math.max(0, AFTER_RESTART_SECS * 1_000 - (performance.now() - backAt)))
  );
  console.log(`restart: ${peakAndMean([...after, ...rest])}`);
}

/** Takes messages as an agent does, and notes how old each was. */
async function takeMessages(server: ServerProcess, latenciesMs: number[]): Promise<void> {
  for (;;) {
    const message: unknown = JSON.parse(await server.call("wait_for_message"));
    if (!isObject(message) || message.timeout === true) continue;
    latenciesMs.push(Date.now() - Number(message.text));
    await server.call("inbox_pop", { activity_id: message.activity_id });
  }
}

function peakAndMean(seconds: readonly Second[]): string {
  const totals = seconds.map(({ requests }) => Object.values(requests).reduce((a, b) => a + b, 0));
  const mean = totals.reduce((a, b) => a + b, 0) / Math.max(1, totals.length);
  const peak = Math.max(0, ...totals);
  const busiest = seconds[totals.indexOf(peak)];
  return `requests a second: mean ${mean.toFixed(0)}, peak ${peak} (${(peak / mean).toFixed(1)}x; ${
    Object.entries(busiest?.requests ?? {}).map(([kind, count]) => `${count} ${kind}`).join(", ")
  })`;
}

function secondsSince(startedAt: number): string {
  return ((performance.now() - startedAt) / 1_000).toFixed(1);
}

function shown(ms: number | undefined): string {
  return ms === undefined ? "-" : `${ms.toFixed(0)} ms`;
}

function option(name: string, fallback: number): number {
  const given = Deno.args.find((arg) => arg.startsWith(`--${name}=`));
  return given === undefined ? fallback : Number(given.slice(name.length + 3));
}
