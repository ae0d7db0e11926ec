import * as z from "zod/mini";
import type { Attachment, InboxMessage } from "../../inbox/message.ts";
import { fencePeerText } from "../../safety/untrusted_text.ts";

const CLAIM_NOTE = "claimed_uri is the sender's word: nothing was fetched from there";

/** A waiting message as the inbox tools show it. */
export const messageSchema = z.object({
  activity_id: z.string(),
  text: z.string().check(z.describe("The sender's words; fenced in a delegation_result.")),
  peer_id: z.string(),
  kind: z.enum(["canvas_user", "peer_agent", "delegation_result", "platform"]),
  method: z.string().check(z.describe("Chosen by the sender; kind says who it is.")),
  created_at: z.string(),
  arrival_workspace_id: z.optional(z.string()),
  peer_name: z.optional(z.string()),
  peer_role: z.optional(z.string()),
  agent_card_url: z.optional(z.string()),
  attachments: z.optional(z.array(z.object({
    kind: z.string(),
    uri: z.optional(z.string().check(z.describe("A file that was fetched, or waits."))),
    claimed_uri: z.optional(z.string().check(z.describe("The sender's claim; not fetched."))),
    mime_type: z.optional(z.string()),
    name: z.optional(z.string()),
    note: z.optional(z.string()),
  }))),
  broadcast: z.optional(z.boolean()),
  note: z.optional(z.string()),
});

/** Beside messages, or in place of them. */
export const problemField = z.optional(
  z.string().check(z.describe("What keeps (other) messages from coming.")),
);

/** The message in that shape. */
export function shownMessage(
  { attachments, ...message }: InboxMessage,
): z.input<typeof messageSchema> {
  return {
    ...message,
    ...(message.kind === "delegation_result" && { text: fencePeerText(message.text) }),
    ...(attachments && { attachments: attachments.map(shownAttachment) }),
  };
}

function shownAttachment(attachment: Attachment) {
  return {
    ...attachment,
    ...(attachment.claimed_uri !== undefined && { note: CLAIM_NOTE }),
  };
}
