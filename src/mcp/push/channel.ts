import type { Push } from "../../inbox/inbox.ts";
import type { InboxMessage } from "../../inbox/message.ts";
import type { Redactor } from "../../safety/log.ts";
import { redactJson } from "../../safety/secrets/redact_json.ts";
import { channelContent, channelMeta } from "./channel_message.ts";
import type { McpServer } from "../server.ts";

/**
 * The clients that show pushed messages to their agent, and the notification that they expect.
 * Others would at best log an unknown notification, so they get none and use wait_for_message
 * (tests/README.md, "Push notifications").
 */
const CHANNELS: readonly (readonly [RegExp, string])[] = [
  [/\bclaude\b/i, "notifications/claude/channel"],
  [/\bopenclaw\b/i, "notifications/openclaw/channel"],
  [/\bcursor\b/i, "notifications/cursor/channel"],
  [/\bhermes\b/i, "notifications/hermes/channel"],
];

/**
 * The push for this client, or `undefined` when the client does not take pushes.
 *
 * @param gone fires when the client is gone: waiting pushes are then dropped
 */
export function channelPush(
  server: McpServer,
  client: { name: string },
  redactor: Redactor,
  gone?: AbortSignal,
): Push | undefined {
  const method = CHANNELS.find(([name]) => name.test(client.name))?.[1];
  if (method === undefined) return undefined;
  const push = async (message: InboxMessage) => {
    if (gone?.aborted) return;
    // Redact the message first, since a secret in the attachments' JSON may contain escapes.
    const redacted = redactJson(message, redactor) as InboxMessage;
    const { attachments, ...meta } = channelMeta(redacted);
    for (const [name, value] of Object.entries(meta)) meta[name] = redactor.redact(value);
    const params = {
      content: redactor.redact(channelContent(redacted)),
      meta: { ...meta, ...(attachments !== undefined && { attachments }) },
    };
    await server.notification({ method, params });
  };
  let last = Promise.resolve();
  return (message) => {
    // One at a time, each made when the one before it is written: for a client that does not read,
    // one copy waits, not a copy of its whole inbox.
    last = last.then(() => push(message))
      // The message stays in the inbox, and a client that is gone does not need the notification.
      .catch((error) => server.onerror?.(error));
  };
}
