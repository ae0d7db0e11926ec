/**
 * The event stream of a workspace (src/platform/API.md, "Event stream").
 *
 * @module
 */
import type { PlatformContext } from "../context.ts";
import { type Exchange, param } from "../server/exchange.ts";
import { fail } from "../server/http.ts";

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

/** The stream's bytes; it ends when the caller goes or the platform closes. */
function eventBytes(platform: PlatformContext, id: string): ReadableStream<Uint8Array> {
  const { signal } = platform.background;
  let stop = () => {};
  return new ReadableStream<string>({
    start(controller) {
      controller.enqueue(": ping\n\n");
      const unsubscribe = platform.events.subscribe(id, (event) => {
        controller.enqueue(`data: ${JSON.stringify(event)}\n\n`);
      });
      const onClose = () => {
        stop();
        controller.close();
      };
      const forgetEnd = platform.events.onEnd(onClose);
      stop = () => {
        unsubscribe();
        forgetEnd();
        signal.removeEventListener("abort", onClose);
      };
      signal.addEventListener("abort", onClose);
    },
    cancel: () => stop(),
  }).pipeThrough(new TextEncoderStream());
}
