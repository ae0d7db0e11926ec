/**
 * Events of a workspace, as `GET /workspaces/{id}/events/stream` sends them (src/platform/API.md,
 * "Event stream").
 *
 * @module
 */
import type { Json } from "./json.ts";
import type { Clock } from "./timestamps.ts";

/** One event. */
export interface PlatformEvent {
  type: string;
  /** Milliseconds since the epoch. */
  timestamp: number;
  /** What is undefined is left out when the event is sent. */
  data: { [key: string]: Json | undefined };
}

type Listener = (event: PlatformEvent) => void;

/** Passes events on to those who listen now; nothing is kept. */
export class EventHub {
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #streams = new Set<() => void>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Tells everyone who listens to the workspace. */
  emit(workspaceId: string, type: string, data: PlatformEvent["data"]): void {
    const event = { type, timestamp: Math.floor(this.#clock.nowMs()), data };
    for (const listener of this.#listeners.get(workspaceId.toLowerCase()) ?? []) listener(event);
  }

  /** Listens until the returned function is called. */
  subscribe(workspaceId: string, listener: Listener): () => void {
    const id = workspaceId.toLowerCase();
    const listeners = this.#listeners.get(id) ?? new Set();
    this.#listeners.set(id, listeners.add(listener));
    return () => {
      listeners.delete(listener);
    };
  }

  /** The number of listeners of the workspace. */
  count(workspaceId: string): number {
    return this.#listeners.get(workspaceId.toLowerCase())?.size ?? 0;
  }

  /** Calls the function at the next {@linkcode endStreams}, unless the returned one is called. */
  onEnd(end: () => void): () => void {
    this.#streams.add(end);
    return () => {
      this.#streams.delete(end);
    };
  }

  /** Ends every open event stream. */
  endStreams(): void {
    for (const end of [...this.#streams]) end();
  }
}
