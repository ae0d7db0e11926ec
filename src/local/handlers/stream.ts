/**
 * The event stream of a workspace (src/platform/API.md, "Event stream").
 *
 * @module
 */
import type { PlatformContext } from "../context.ts";
import { type Exchange, param } from "../server/exchange.ts";
import { fail } from "../server/http.ts";
import { StreamQueue } from "../server/stream_queue.ts";

/**
 * UTF-16 units that may wait for a caller who does not read. One event more is kept, however long it
 * is: a message may be. What comes then cuts the stream.
 */
const MAX_WAITING_UNITS = 16 * 1024 ** 2;

/** GET /workspaces/{id}/events/stream */
export function streamEvents(platform: PlatformContext, exchange: Exchange): Response {
  const id = param(exchange, "id");
  if (!platform.store.workspace(id)) return fail(404, "workspace not found");
  return new Response(eventBytes(platform, id), {
    headers: {
      "Content-Type": "text/event-stream",
      "Cache-Control": "no-cache",
      "X-Accel-Buffering": "no",
    },
  });
}

/** The stream's bytes; it ends when the caller goes or does not read, or the platform closes. */
function eventBytes(platform: PlatformContext, id: string): ReadableStream<Uint8Array> {
  const { signal } = platform.background;
  const end = () => {
    unsubscribe();
    forgetEnd();
    signal.removeEventListener("abort", end);
    queue.end();
  };
  const queue: StreamQueue<string> = new StreamQueue(end);
  queue.push(": ping\n\n");
  const unsubscribe = platform.events.subscribe(id, (event) => {
    if (queue.length <= MAX_WAITING_UNITS) return queue.push(`data: ${JSON.stringify(event)}\n\n`);
    queue.clear();
    end();
  });
  const forgetEnd = platform.events.onEnd(end);
  signal.addEventListener("abort", end);
  return queue.body.pipeThrough(new TextEncoderStream());
}
