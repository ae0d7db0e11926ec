/**
 * Calling the agent of a push-mode workspace over HTTP (src/platform/API.md, "Answers of the proxy"
 * and "Errors of the proxy").
 *
 * @module
 */
import { urlProblem } from "../access/url_safety.ts";
import type { PlatformContext } from "../context.ts";
import { isAtLeast } from "../options.ts";
import type { JsonObject } from "../state/json.ts";
import type { WorkspaceRow } from "../state/rows.ts";

const KEEPS_METHOD = [307, 308];
const REDIRECTS = [301, 302, 303, ...KEEPS_METHOD];
const MAX_REPLY_BYTES = 10 * 1024 * 1024;

/** The outcome of a call. */
export type PushResult =
  /** The agent answered, with whatever status. */
  | { kind: "answered"; status: number; statusText: string; text: string }
  /** No connection: the call was not delivered. */
  | { kind: "unreachable" }
  /** The connection was lost or the time ran out before an answer began: probably busy. */
  | { kind: "no answer" }
  /** The answer began and broke off. */
  | { kind: "broken off"; delivered: boolean };

/** Sends the envelope to the agent. One redirect is followed. */
export async function push(
  platform: PlatformContext,
  target: WorkspaceRow,
  envelope: JsonObject,
): Promise<PushResult> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), platform.options.pushTimeoutMs);
  try {
    const headers: Record<string, string> = { "Content-Type": "application/json" };
    if (target.inboundSecret !== null && isAtLeast(platform.options, "n2")) {
      headers.Authorization = `Bearer ${target.inboundSecret}`;
    }
    const init = {
      method: "POST",
      headers,
      body: JSON.stringify(envelope),
      redirect: "manual",
      signal: AbortSignal.any([timeout.signal, platform.background.signal]),
      client: platform.agentClient,
    } as const;
    const url = target.url ?? "";
    return await readReply(await followOnce(platform, url, await fetch(url, init), init));
  } catch (error) {
    return isConnectFailure(error) ? { kind: "unreachable" } : { kind: "no answer" };
  } finally {
    clearTimeout(timer);
  }
}

/** Follows a redirect as Go's client does: only 307 and 308 carry the call on as it was. */
async function followOnce(
  platform: PlatformContext,
  url: string,
  response: Response,
  init: RequestInit & { client: Deno.HttpClient },
): Promise<Response> {
  const location = response.headers.get("Location");
  const next = location === null ? null : URL.parse(location, url);
  if (!REDIRECTS.includes(response.status) || next === null) return response;
  if (await urlProblem(next.href, platform.options)) return response;
  await response.body?.cancel();
  return await fetch(
    next,
    KEEPS_METHOD.includes(response.status)
      ? init
      : { ...init, method: "GET", headers: {}, body: null },
  );
}

async function readReply(response: Response): Promise<PushResult> {
  const { status, statusText } = response;
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= MAX_REPLY_BYTES) break; // The platform cuts longer answers silently.
    }
  } catch {
    // The connection ended midway. A success status says that the agent had accepted the message.
    return { kind: "broken off", delivered: status < 400 };
  }
  const bytes = await new Blob(chunks).bytes();
  const text = new TextDecoder().decode(bytes.subarray(0, MAX_REPLY_BYTES));
  return { kind: "answered", status, statusText, text };
}

/** Whether there was no connection, as far as Deno's error text (or that of its cause) tells. */
function isConnectFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.message.includes("(Connect)") || isConnectFailure(error.cause);
}
