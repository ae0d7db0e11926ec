import type { InboxMessage } from "../inbox/message.ts";
import type { Scrub } from "../safety/log.ts";
import { scrubJson } from "../safety/scrub_json.ts";
import { channelContent, channelMeta } from "./channel_message.ts";
import type { McpServer } from "./server.ts";

/** Sends one inbound message to the client; never throws. */
export type Push = (message: InboxMessage) => void;

/**
 * Clients that show `notifications/claude/channel` to their agent. Others would log an unknown
 * notification at best, so they get none and use wait_for_message (runtime-behaviour C6).
 */
const CHANNEL_CLIENTS = /claude/i;

/** The push for this client, or `undefined` when the client has no use for it. */
export function channelPush(
  server: McpServer,
  client: { name: string },
  scrubber: Scrub,
): Push | undefined {
  if (!CHANNEL_CLIENTS.test(client.name)) return undefined;
  return (message) => {
    // First the message, since a secret in the attachments' JSON may be written with escapes.
    const scrubbed = scrubJson(message, scrubber) as InboxMessage;
    const { attachments, ...meta } = channelMeta(scrubbed);
    for (const [name, value] of Object.entries(meta)) meta[name] = scrubber.scrub(value);
    const params = {
      content: scrubber.scrub(channelContent(scrubbed)),
      meta: { ...meta, ...(attachments !== undefined && { attachments }) },
    };
    server.notification({ method: "notifications/claude/channel", params })
      // The message stays in the inbox; a client that is gone will not miss the notification.
      .catch((error) => server.onerror?.(error));
  };
}
