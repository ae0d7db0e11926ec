/**
 * What every handler works with.
 *
 * @module
 */
import type { Background } from "./background.ts";
import type { Canvas } from "./canvas.ts";
import type { EventHub } from "./events.ts";
import type { ResolvedOptions } from "./options.ts";
import type { PlatformStore } from "./store.ts";
import type { Clock } from "./timestamps.ts";

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
