/**
 * How soon a message arrives: from the platform's insert to the return of wait_for_message, over
 * the event stream and by polling alone; what an idle hour costs the platform; and whether a
 * pending wait delays another call. Prints; asserts nothing.
 *
 * Usage: deno task bench:inbox [--idle-secs N]
 *
 * @module
 */
import { startLocalPlatform } from "../../src/local/start.ts";
import { ServerProcess } from "../../tests/e2e/server_process.ts";
import { TempDir } from "../temp_dir.ts";

const STREAM_MESSAGES = 200;
const POLLED_MESSAGES = 60;
const PEEKS = 500;

if (import.meta.main) {
  const idleSecs = Number(Deno.args[Deno.args.indexOf("--idle-secs") + 1] || "60");
  for (const streaming of [true, false]) {
    const label = streaming ? "event stream" : "polling only";
    const count = streaming ? STREAM_MESSAGES : POLLED_MESSAGES;
    const { latencies, peeks, idleRequests } = await measure({ streaming, count, idleSecs });
    console.log(
      `${label}: insert to wait_for_message   ${quantiles(latencies)}   (${count} messages)`,
    );
    console.log(`${label}: inbox_peek beside a wait     ${quantiles(peeks)}   (${PEEKS} calls)`);
    console.log(
      `${label}: activity requests an idle hour  ${Math.round(idleRequests * 3600 / idleSecs)}` +
        `   (${idleRequests} in ${idleSecs} s)`,
    );
  }
}

async function measure(options: { streaming: boolean; count: number; idleSecs: number }) {
  await using platform = await startLocalPlatform({
    rateLimit: { requests: 1_000_000, windowMs: 60_000 },
  });
  if (!options.streaming) {
    platform.faults.use(({ path }) =>
      path.endsWith("/events/stream")
        ? Response.json({ error: "404 page not found" }, { status: 404 })
        : undefined
    );
  }
  const { id, token } = await platform.createWorkspace({ name: "Receiver", deliveryMode: "poll" });
  await using stateDir = await TempDir.make();
  await using server = await ServerProcess.start({
    WORKSPACE_ID: id,
    PLATFORM_URL: platform.url,
    MOLECULE_WORKSPACE_TOKEN: token,
    CONFIGS_DIR: stateDir.path,
  });
  const latencies: number[] = [];
  for (let index = 0; index < options.count; index++) {
    const wait = server.call("wait_for_message", { timeout_secs: 60 });
    await sleep(100 + 700 * Math.random());
    const sentAt = performance.now();
    await platform.sendAsUser(id, `message ${index}`);
    const { activity_id } = JSON.parse(await wait);
    latencies.push(performance.now() - sentAt);
    await server.call("inbox_pop", { activity_id });
  }
  const wait = server.call("wait_for_message", { timeout_secs: 300 });
  const peeks: number[] = [];
  for (let index = 0; index < PEEKS; index++) {
    const startedAt = performance.now();
    await server.call("inbox_peek");
    peeks.push(performance.now() - startedAt);
  }
  await platform.sendAsUser(id, "end of the wait");
  await server.call("inbox_pop", JSON.parse(await wait));
  platform.clearRequests();
  await sleep(options.idleSecs * 1000);
  const idleRequests = platform.requests.filter(({ path }) => path.endsWith("/activity")).length;
  return { latencies, peeks, idleRequests };
}

function quantiles(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
  return `p50 ${at(0.5).toFixed(1)} ms  p95 ${at(0.95).toFixed(1)} ms  p99 ${
    at(0.99).toFixed(1)
  } ms`;
}

function sleep(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
