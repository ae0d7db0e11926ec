import type { PageEvent } from "../../local/page/protocol.ts";
import { PREFIX } from "../../local/page/protocol.ts";

/** How the page hears of what happens. */
export type Connection = "connecting" | "open" | "lost" | "no session";

/** What the stream tells. */
export interface StreamListener {
  readonly onEvent: (event: PageEvent) => void;
  readonly onConnection: (connection: Connection) => void;
}

/** Between attempts to reach a platform that is gone. */
const RETRY_MS = 1_500;
/** Someone has to open a new link meanwhile. */
const NO_SESSION_RETRY_MS = 4_000;

/** All of them: one that is missing here would never be heard. */
const TYPES: Readonly<Record<PageEvent["type"], true>> = {
  snapshot: true,
  workspace: true,
  message: true,
  progress: true,
  activity: true,
  request: true,
  tokens: true,
  faults: true,
  play: true,
};

/**
 * Follows the platform's events for as long as the page is open, through every loss of the
 * connection: each begins anew with a snapshot.
 *
 * @param hasSession tells a refusal from a platform that is gone, which an EventSource does not
 */
export function followEvents(listener: StreamListener, hasSession: () => Promise<boolean>): void {
  const connect = () => {
    const source = new EventSource(PREFIX + "events");
    for (const type of Object.keys(TYPES)) {
      source.addEventListener(type, ({ data }: MessageEvent<string>) => {
        if (type === "snapshot") listener.onConnection("open");
        listener.onEvent(JSON.parse(data));
      });
    }
    source.addEventListener("error", () => {
      // It would try again by itself, but at its own pace, and not after a refusal.
      source.close();
      void later();
    });
  };
  const later = async () => {
    const isKnown = await hasSession().catch(() => undefined);
    listener.onConnection(isKnown === false ? "no session" : "lost");
    setTimeout(connect, isKnown === false ? NO_SESSION_RETRY_MS : RETRY_MS);
  };
  connect();
}
