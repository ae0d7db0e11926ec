import { createParser } from "eventsource-parser";
import type { PlatformClient } from "./client.ts";
import { PlatformError } from "./errors.ts";
import { decodeJson, field, textField } from "./json.ts";

/** Longer than any stream is meant to live; silence is what ends it. */
const MAX_STREAM_MS = 24 * 60 * 60_000;

/** Of one event; what does not fit is no event of this platform's. */
const MAX_EVENT_LENGTH = 1024 * 1024;

/** What comes over the stream, as far as the inbox cares (platform-api 17b). */
export interface StreamHandlers {
  /** The first bytes arrived: what happens from now on makes an event. */
  onAlive(): void;
  /** Any event arrived: nothing on the way holds them back. */
  onEvent?(): void;
  /** There is a new inbound row. */
  onInboundRow(): void;
}

/**
 * Reads `GET /workspaces/{id}/events/stream` until it ends, is silent for too long, or the signal
 * fires (platform-api 17b).
 *
 * @param silenceMs how long no byte may come; the workspace's own heartbeat makes an event
 * @returns why it ended
 * @throws {PlatformError} when it cannot be opened or breaks
 */
export async function followEvents(
  client: PlatformClient,
  handlers: StreamHandlers,
  options: { silenceMs: number; signal: AbortSignal },
): Promise<"ended" | "silent"> {
  const silence = new AbortController();
  let silent = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      silent = true;
      silence.abort();
    }, options.silenceMs);
  };
  heard();
  const parser = createParser({
    maxBufferSize: MAX_EVENT_LENGTH,
    onError: (error) => {
      if (error.type !== "max-buffer-size-exceeded") return; // A line that means nothing to us.
      throw new PlatformError("malformed", `The event stream broke: ${error.message}`, {
        maybeDelivered: true,
      });
    },
    onEvent: ({ data }) => {
      handlers.onEvent?.();
      const event = decodeJson(data);
      if (announcesRow(event)) handlers.onInboundRow();
    },
  });
  try {
    await client.stream({
      method: "GET",
      path: ["workspaces", client.workspace.id, "events", "stream"],
      accept: "text/event-stream",
      timeoutMs: MAX_STREAM_MS,
      signal: AbortSignal.any([options.signal, silence.signal]),
    }, async (response) => {
      refuseWebPage(client, response);
      const decoder = new TextDecoder();
      let alive = false;
      for await (const chunk of response.body ?? []) {
        heard();
        if (!alive) {
          alive = true;
          handlers.onAlive();
        }
        parser.feed(decoder.decode(chunk, { stream: true }));
      }
    });
    return "ended";
  } catch (error) {
    if (silent) return "silent";
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** What serves the platform's canvas answers unknown paths with its start page, and with 200. */
function refuseWebPage(client: PlatformClient, response: Response): void {
  if (!/html/i.test(response.headers.get("content-type") ?? "")) return;
  throw new PlatformError(
    "not_routed",
    `${client.workspace.origin} answered with a web page in the place of the event stream`,
    { status: response.status, maybeDelivered: true },
  );
}

/** Whether there is a message to fetch; a broadcast's row has an event of its own (2026-08, 3.1). */
function announcesRow(event: unknown): boolean {
  const type = textField(event, "type");
  return type === "BROADCAST_MESSAGE" ||
    (type === "ACTIVITY_LOGGED" &&
      field(field(event, "data"), "activity_type") === "a2a_receive");
}
