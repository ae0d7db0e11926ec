import { createParser } from "eventsource-parser";
import type { PlatformClient } from "../client/client.ts";
import { PlatformError } from "../errors/platform_error.ts";
import { decodeJson, field, textField } from "../../lib/json.ts";
import { BoundedMap } from "../../lib/bounded_map.ts";

/** Longer than any stream is meant to live; silence is what ends it. */
const MAX_STREAM_MS = 24 * 60 * 60_000;

/**
 * Of one line; an event carries a whole message (src/platform/API.md, "Event stream"), and its
 * beginning says enough.
 */
const MAX_LINE_LENGTH = 64 * 1024;
/** Of one event of several lines; a longer one is not this platform's. */
const MAX_EVENT_LENGTH = 1024 * 1024;
/** A line that goes on for longer than the largest message does will never end. */
const MAX_ENDLESS_LENGTH = 128 * 1024 * 1024;
/** Events of one row come within moments. */
const MAX_REMEMBERED = 32;
/** Of `data: `, which the event does not hold. */
const FIELD_LENGTH = 6;

/**
 * What happened to a request: one was addressed to this workspace, or one that it raised was answered
 * or written to (src/platform/API.md, "Event stream").
 */
export type RequestEvent = "asked" | "answered";

/** What comes over the stream, as far as the inbox cares (src/platform/API.md, "Event stream"). */
export interface StreamHandlers {
  /** The first bytes arrived: what happens from now on makes an event. */
  onAlive(): void;
  /** Any event arrived: nothing on the way holds them back. */
  onEvent?(): void;
  /** There is a new inbound row. */
  onInboundRow(): void;
  /** Something happened to a request; no row says so, or not yet. */
  onRequest?(event: RequestEvent): void;
}

/**
 * Reads `GET /workspaces/{id}/events/stream` until it ends, is silent for too long, or the signal
 * fires (src/platform/API.md, "Event stream").
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
  const told = new BoundedMap<string, true>(MAX_REMEMBERED);
  /** The newest platform makes two events of a row: the first says it all. */
  const isRepeated = (event: unknown) => {
    const messageId = textField(field(event, "data"), "message_id");
    if (messageId === undefined) return false;
    if (told.has(messageId)) return true;
    told.set(messageId, true);
    return false;
  };
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
      // What was cut is as large as only a message is, or the title of a request.
      if (data.length >= MAX_LINE_LENGTH - FIELD_LENGTH) {
        handlers.onRequest?.("asked");
        return handlers.onInboundRow();
      }
      const event = decodeJson(data);
      if (announcesRow(event) && !isRepeated(event)) handlers.onInboundRow();
      const ofRequest = requestEventOf(event, client.workspace.id);
      if (ofRequest) handlers.onRequest?.(ofRequest);
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
      const lines = new LineBeginnings();
      let alive = false;
      for await (const chunk of response.body ?? []) {
        heard();
        if (!alive) {
          alive = true;
          handlers.onAlive();
        }
        parser.feed(lines.of(decoder.decode(chunk, { stream: true })));
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

/** Passes on how each line begins, so that nothing keeps more of it than that. */
class LineBeginnings {
  /** Of the line so far, passed on or not. */
  #length = 0;

  /**
   * The next part of the stream, without what is too much of a line.
   *
   * @throws {PlatformError} when a line does not end
   */
  of(text: string): string {
    return text.split(/(?<=[\r\n])/).map((part) => this.#beginning(part)).join("");
  }

  #beginning(part: string): string {
    const [, content = "", end = ""] = /^([^\r\n]*)([\r\n]?)$/.exec(part) ?? [];
    const room = Math.max(0, MAX_LINE_LENGTH - this.#length);
    this.#length = end === "" ? this.#length + content.length : 0;
    if (this.#length > MAX_ENDLESS_LENGTH) {
      throw new PlatformError("malformed", "The event stream broke: a line does not end", {
        maybeDelivered: true,
      });
    }
    return content.slice(0, room) + end;
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

/**
 * Whether there is a message to fetch; a broadcast's row has its own event (src/platform/API.md,
 * "Event stream").
 */
function announcesRow(event: unknown): boolean {
  const type = textField(event, "type");
  return type === "BROADCAST_MESSAGE" ||
    (type === "ACTIVITY_LOGGED" &&
      field(field(event, "data"), "activity_type") === "a2a_receive");
}

/** Of a request that the workspace raises to its user it hears itself, as of its own words to one. */
function requestEventOf(event: unknown, workspaceId: string): RequestEvent | undefined {
  const data = field(event, "data");
  const isOwn = (name: string) => textField(data, name)?.toLowerCase() === workspaceId;
  switch (textField(event, "type")) {
    case "REQUEST_CREATED":
      return isOwn("recipient_id") ? "asked" : undefined;
    case "REQUEST_RESPONDED":
      return "answered";
    case "REQUEST_MESSAGE":
      return isOwn("author_id") ? undefined : "answered";
    default:
      return undefined;
  }
}
