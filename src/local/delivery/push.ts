/**
 * Calling the agent of a push-mode workspace over HTTP (platform-api 9.3, 9.4).
 *
 * @module
 */
import type { PlatformContext } from "../context.ts";
import type { JsonObject } from "../store.ts";

const MAX_REPLY_BYTES = 10 * 1024 * 1024;

/** What came of a call. */
export type PushResult =
  /** The agent answered, with whatever status. */
  | { kind: "answered"; status: number; statusText: string; text: string }
  /** No connection: the call was not delivered. */
  | { kind: "unreachable" }
  /** The connection was lost, or the time ran out, before an answer began: probably busy. */
  | { kind: "no answer" }
  /** The answer began and broke off. */
  | { kind: "broken off"; delivered: boolean };

/** Sends the envelope to the agent's URL. Redirects are not followed. */
export async function push(
  platform: PlatformContext,
  url: string,
  envelope: JsonObject,
): Promise<PushResult> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), platform.options.pushTimeoutMs);
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(envelope),
      redirect: "manual",
      signal: AbortSignal.any([timeout.signal, platform.background.signal]),
      client: platform.agentClient,
    });
    return await readReply(response);
  } catch (error) {
    return isConnectFailure(error) ? { kind: "unreachable" } : { kind: "no answer" };
  } finally {
    clearTimeout(timer);
  }
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
    // The connection ended midway. A success status says that the agent had taken the message.
    return { kind: "broken off", delivered: status < 400 };
  }
  const bytes = await new Blob(chunks).bytes();
  const text = new TextDecoder().decode(bytes.subarray(0, MAX_REPLY_BYTES));
  return { kind: "answered", status, statusText, text };
}

/** Whether no connection came about, as far as Deno's error text (or that of its cause) tells. */
function isConnectFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.message.includes("(Connect)") || isConnectFailure(error.cause);
}
