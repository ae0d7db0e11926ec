import * as z from "zod/mini";
import type { InboxMessage } from "../inbox/message.ts";

/** A waiting message as the inbox tools show it. */
export const messageSchema = z.object({
  activity_id: z.string(),
  text: z.string(),
  peer_id: z.string(),
  kind: z.enum(["canvas_user", "peer_agent", "delegation_result"]),
  method: z.string(),
  created_at: z.string(),
  arrival_workspace_id: z.optional(z.string()),
  peer_name: z.optional(z.string()),
  peer_role: z.optional(z.string()),
  agent_card_url: z.optional(z.string()),
  attachments: z.optional(z.array(z.object({
    kind: z.string(),
    uri: z.optional(z.string()),
    mime_type: z.optional(z.string()),
    name: z.optional(z.string()),
  }))),
});

/** The message in that shape. */
export function shownMessage(
  { attachments, ...message }: InboxMessage,
): z.input<typeof messageSchema> {
  return { ...message, ...(attachments && { attachments: [...attachments] }) };
}
