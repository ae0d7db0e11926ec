/**
 * A Molecule platform in this process, on 127.0.0.1: for trying the client without an account, for
 * the demo and for tests. It speaks what src/platform/API.md describes, for everything the client
 * uses.
 *
 * @example Register a workspace
 * ```ts
 * await using platform = await startLocalPlatform();
 * const { id, token } = await platform.createWorkspace({ name: "Researcher" });
 * await fetch(`${platform.url}/workspaces/${id}`, { headers: { Authorization: `Bearer ${token}` } });
 * ```
 *
 * @module
 */
import type { PlatformContext } from "./context.ts";
import { Background } from "./delivery/background.ts";
import { keepSweeping } from "./delivery/sweep.ts";
import { LocalPlatform } from "./local_platform.ts";
import { type LocalPlatformOptions, resolveOptions } from "./options.ts";
import { Page } from "./page/page.ts";
import { PageServer } from "./page/page_server.ts";
import { Canvas } from "./people/canvas.ts";
import { Faults } from "./server/faults.ts";
import { Recorder } from "./server/recorder.ts";
import { type RunningServer, serve } from "./server/server.ts";
import { EventHub } from "./state/events.ts";
import { bounded, STORE_LIMITS } from "./state/bounded_store.ts";
import { MemoryStore } from "./state/memory_store.ts";
import { observed } from "./state/observed_store.ts";
import type { PlatformStore } from "./state/store.ts";
import { failingWhen } from "./state/store_outage.ts";
import { Clock } from "./state/timestamps.ts";

export { LocalPlatform } from "./local_platform.ts";
export type { CreatedWorkspace, NewWorkspace } from "./people/admin.ts";
export type { CallAnswer, SentFiles, UserFile, UserMessageSettings } from "./people/user.ts";
export type { PlatformEvent } from "./state/events.ts";
export type { StagedFile } from "./delivery/staging.ts";
export type { PageOptions, PlayControl } from "./page/page_options.ts";
export type { LocalPlatformOptions, ServerVersion } from "./options.ts";
export type { UserMessage } from "./people/canvas.ts";
export type { Outcome, RecordedRequest } from "./server/recorder.ts";
export type { AfterFault, Fault, FaultOutcome } from "./server/faults.ts";
export { truncated } from "./server/faults.ts";

/**
 * Starts a platform. It listens when the promise resolves.
 *
 * @throws {Deno.errors.AddrInUse} When the port is taken
 */
export function startLocalPlatform(options: LocalPlatformOptions = {}): Promise<LocalPlatform> {
  return Promise.try(start, options);
}

function start(options: LocalPlatformOptions): LocalPlatform {
  const resolved = resolveOptions(options);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: resolved.port });
  const clock = new Clock(resolved.nowMs);
  const given = options.store ?? new MemoryStore();
  const kept = options.page || options.storeLimits
    ? bounded(given, { ...STORE_LIMITS, ...options.storeLimits })
    : given;
  // Without a page nobody listens.
  const store: PlatformStore = options.page ? observed(kept, () => page?.observer) : kept;
  const faults = new Faults();
  const context: PlatformContext = {
    options: resolved,
    store: failingWhen(() => faults.databaseIsAway, store),
    clock,
    events: new EventHub(clock),
    canvas: new Canvas(),
    background: new Background(),
    agentClient: Deno.createHttpClient({ poolMaxIdlePerHost: 0 }),
  };
  const recorder = new Recorder(resolved.recordRequests);
  const { port } = listener.addr;
  const page: Page | undefined = options.page && new Page({
    context,
    store,
    faults,
    port,
    dropAgents: () => server.dropAgents(),
  }, options.page);
  const pageServer = page && options.page && new PageServer(page, {
    port,
    nowMs: resolved.nowMs,
    options: options.page,
    report: (error) => context.background.report(error),
  });
  const server: RunningServer = serve(listener, context, recorder, faults, pageServer);
  keepSweeping(context);
  return new LocalPlatform(context, store, server, recorder, faults, pageServer);
}
