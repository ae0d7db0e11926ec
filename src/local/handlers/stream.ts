/**
 * The event stream of a workspace (src/platform/API.md, "Event stream").
 *
 * @module
 */
import type { PlatformContext } from "../context.ts";
import { type Exchange, param } from "../server/exchange.ts";
import { fail } from "../server/http.ts";

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
  const waiting: string[] = [": ping\n\n"];
  let waitingUnits = waiting.join("").length;
  let isOver = false;
  let wake = () => {};
  const end = () => {
    isOver = true;
    unsubscribe();
    forgetEnd();
    signal.removeEventListener("abort", end);
    wake();
  };
  const unsubscribe = platform.events.subscribe(id, (event) => {
    const text = `data: ${JSON.stringify(event)}\n\n`;
    if (waitingUnits > MAX_WAITING_UNITS) {
      waiting.length = 0;
      return end();
    }
    waiting.push(text);
    waitingUnits += text.length;
    wake();
  });
  const forgetEnd = platform.events.onEnd(end);
  signal.addEventListener("abort", end);
  return new ReadableStream<string>({
    async pull(controller) {
      while (waiting.length === 0 && !isOver) {
        await new Promise<void>((resolve) => wake = resolve);
      }
      const text = waiting.shift();
      if (text === undefined) return controller.close();
      waitingUnits = waiting.length === 0 ? 0 : waitingUnits - text.length;
      controller.enqueue(text);
    },
    cancel: end,
  }, { highWaterMark: 0 }).pipeThrough(new TextEncoderStream());
}
