import type { FaultOutcome } from "../../../src/local/start.ts";
import type { RecordedRequest } from "../../../src/local/server/recorder.ts";
import type { InboxHarness } from "../inbox_harness.ts";

/** One made-up stream. */
export interface MadeUpStream {
  send(text: string): void;
  end(): void;
}

/** Lets a test speak over each stream that is opened, counted from 1; it then stays open. */
export function streams(
  harness: InboxHarness,
  speak: (stream: MadeUpStream, count: number) => void,
): void {
  let count = 0;
  harness.platform.faults.use((request): FaultOutcome => {
    if (!isStream(request)) return undefined;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) =>
        speak({
          send: (text) => controller.enqueue(new TextEncoder().encode(text)),
          end: () => controller.close(),
        }, ++count),
    });
    return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
  });
}

/** Whether it opens the event stream. */
export function isStream({ path }: RecordedRequest): boolean {
  return path.endsWith("/events/stream");
}

/** How often the event stream was opened. */
export function attempts({ platform }: InboxHarness): number {
  return platform.requests.filter(isStream).length;
}
