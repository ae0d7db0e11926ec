/**
 * What every handler works with.
 *
 * @module
 */
import type { Background } from "./delivery/background.ts";
import type { ResolvedOptions } from "./options.ts";
import type { Canvas } from "./people/canvas.ts";
import type { EventHub } from "./state/events.ts";
import type { PlatformStore } from "./state/store.ts";
import type { Clock } from "./state/timestamps.ts";

/** The parts of one running platform. */
export interface PlatformContext {
  options: ResolvedOptions;
  store: PlatformStore;
  clock: Clock;
  events: EventHub;
  canvas: Canvas;
  background: Background;
  /** For calls to agents; keeps no connections, so nothing is left open when the platform closes. */
  agentClient: Deno.HttpClient;
}
