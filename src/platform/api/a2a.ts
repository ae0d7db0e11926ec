import type { PlatformClient } from "../client/client.ts";
import { type A2aReply, classifyReply } from "./a2a_reply.ts";

/**
 * More than the 10 MiB at which the platform itself cuts an answer (src/platform/API.md, "Size
 * limits").
 */
const MAX_REPLY_BYTES = 16 * 1024 * 1024;

/**
 * `POST /workspaces/{peer}/a2a` with `message/send` (src/platform/API.md, "A2A calls"). One
 * attempt.
 *
 * @param peerId the receiver, a UUID
 * @param readTimeoutMs how long the peer may take
 * @throws {PlatformError} for any status but 2xx, and for transport failures
 */
export async function sendMessage(
  client: PlatformClient,
  peerId: string,
  text: string,
  options: { messageId: string; readTimeoutMs: number; signal: AbortSignal },
): Promise<A2aReply> {
  const reply = await client.request({
    method: "POST",
    path: ["workspaces", peerId, "a2a"],
    source: true,
    once: true,
    json: {
      jsonrpc: "2.0",
      id: crypto.randomUUID(),
      method: "message/send",
      params: {
        message: {
          role: "user",
          // The same on every attempt: the platform's busy queue keeps one message per id
          // (src/platform/API.md, "The message of a call").
          messageId: options.messageId,
          parts: [{ kind: "text", text }],
        },
        metadata: {},
      },
    },
    timeoutMs: options.readTimeoutMs,
    signal: options.signal,
    maxReplyBytes: MAX_REPLY_BYTES,
  });
  return classifyReply(reply.json);
}
