/**
 * How a platform may answer to make a program ask without end. Shared by the fast and the slow test.
 *
 * @module
 */
import { assert } from "@std/assert";
import type { LocalPlatform, RecordedRequest } from "../../src/local/start.ts";
import { testWorkspace } from "./test_workspace.ts";
import { ServerProcess } from "./server_process.ts";

/** A way to answer; installs itself on the platform. */
export type Hostility = (platform: LocalPlatform) => void;

function answering(
  what: RegExp,
  answer: (request: RecordedRequest) => Response | undefined,
): Hostility {
  return (platform) =>
    void platform.faults.use((request) => what.test(request.path) ? answer(request) : undefined);
}

let rows = 0;

/** A full page of rows that nobody has seen before. */
function fullPage(request: RecordedRequest): Response {
  const page = Array.from({ length: Number(request.query.limit) }, () => {
    rows += 1;
    return {
      id: crypto.randomUUID(),
      activity_type: "a2a_receive",
      method: "message/send",
      source_id: "11111111-2222-4333-8444-555555555555",
      created_at: new Date(Date.UTC(2026, 4, 6) + rows).toISOString(),
      summary: "again",
    };
  });
  return Response.json(page);
}

function refusal(status: number, headers: Record<string, string>, body: unknown = { error: "no" }) {
  return () => new Response(JSON.stringify(body), { status, headers });
}

/** An event stream that says this so often a second. */
function stream(text: string, intervalMs: number | "closes"): () => Response {
  return () => {
    let timer: ReturnType<typeof setInterval> | undefined;
    return new Response(
      new ReadableStream<Uint8Array>({
        start(controller) {
          const bytes = new TextEncoder().encode(text);
          controller.enqueue(bytes);
          if (intervalMs === "closes") controller.close();
          else timer = setInterval(() => controller.enqueue(bytes), intervalMs);
        },
        cancel: () => clearInterval(timer),
      }),
      { headers: { "Content-Type": "text/event-stream" } },
    );
  };
}

const INBOUND = `retry: 1\ndata: ${
  JSON.stringify({ type: "ACTIVITY_LOGGED", data: { activity_type: "a2a_receive" } })
}\n\n`;
const ACTIVITY = /\/activity$/;
const STREAM = /\/events\/stream$/;
const EVERYTHING = /./;

/** New rows without end: there is something to ask for all the time. */
export const ENDLESS: Readonly<Record<string, Hostility>> = {
  "an endless row of full pages": answering(ACTIVITY, fullPage),
};

/** There is nothing, however often one asks. */
export const IDLE: Readonly<Record<string, Hostility>> = {
  "a Retry-After that is no day": answering(
    ACTIVITY,
    refusal(429, { "Retry-After": "Mon, 32 Jan 2026 00:00:00 GMT" }),
  ),
  "a Retry-After below zero everywhere": answering(
    EVERYTHING,
    refusal(429, {}, { error: "rate limit exceeded", retry_after: -1e308 }),
  ),
  "a position that is never known": answering(
    ACTIVITY,
    ({ query }) =>
      query.since_id === undefined ? undefined : Response.json({ error: "gone" }, { status: 410 }),
  ),
  "an event a hundred times a second": answering(STREAM, stream(INBOUND, 10)),
  "a stream that closes at once": answering(STREAM, stream(INBOUND, "closes")),
  "the same full page": (() => {
    let page: string | undefined;
    return answering(ACTIVITY, (request) => {
      page ??= JSON.stringify(Array.from({ length: 500 }, (_, index) => ({
        id: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
        activity_type: "a2a_receive",
        method: "notify",
        source_id: null,
        created_at: new Date(Date.UTC(2026, 4, 6) + index).toISOString(),
      })));
      return request.query.before_ts === undefined ? new Response(page) : Response.json([]);
    });
  })(),
};

/** What is counted over a window of time while platforms answer in these ways, each its own program. */
export async function assertBounded(
  hostilities: Readonly<Record<string, Hostility>>,
  windowMs: number,
): Promise<void> {
  const seconds = windowMs / 1_000;
  // At once, then by the second, and one that begins at each end of the window.
  const most = 60 + 2 * Math.ceil(seconds) + 2;
  // Fetches that bring nothing; the last one may take two.
  const mostIdle = 20 + Math.ceil(seconds / 5) + 2;
  await Promise.all(
    Object.entries(hostilities).map(async ([how, hostility]) => {
      await using workspace = await testWorkspace();
      hostility(workspace.platform);
      await using _server = await ServerProcess.start(workspace.env);
      await new Promise((resolve) => setTimeout(resolve, windowMs));
      const { requests } = workspace.platform;
      const fetches = requests.filter(({ path }) => ACTIVITY.test(path)).length;
      const counted = `${how}: ${requests.length} requests, ${fetches} fetches in ${windowMs} ms`;
      assert(requests.length > 2, counted);
      assert(requests.length <= most, counted);
      if (how in IDLE) assert(fetches <= mostIdle, counted);
    }),
  );
}
