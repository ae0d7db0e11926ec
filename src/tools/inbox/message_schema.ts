import * as z from "zod/mini";
import {
  type Attachment,
  type InboxMessage,
  isFenced,
  MESSAGE_KINDS,
} from "../../inbox/message.ts";
import { fencePeerText } from "../../safety/untrusted/untrusted_text.ts";

const CLAIM_NOTE = "claimed_uri is only the sender's claim; nothing was fetched from it";

/** A waiting message as the inbox tools show it. */
export const messageSchema = z.object({
  activity_id: z.string(),
  text: z.string().check(
    z.describe("The sender's words; fenced in a delegation_result or a peer's request."),
  ),
  peer_id: z.string(),
  kind: z.enum(MESSAGE_KINDS),
  request_id: z.optional(z.string()),
  request_kind: z.optional(z.string()),
  request_title: z.optional(z.string()),
  decision: z.optional(z.string()),
  by: z.optional(z.string().check(z.describe("user or agent."))),
  method: z.string().check(z.describe("Chosen by the sender.")),
  created_at: z.string(),
  arrival_workspace_id: z.optional(z.string()),
  peer_name: z.optional(z.string()),
  peer_role: z.optional(z.string()),
  agent_card_url: z.optional(z.string()),
  // Their fields in full cost more of an agent's context than they tell it.
  attachments: z.optional(
    z.array(z.any()).check(z.describe("claimed_uri is the sender's claim; not fetched.")),
  ),
  broadcast: z.optional(z.boolean()),
  note: z.optional(z.string()),
});

/** Stands beside messages, or in place of them. */
export const problemSchema = z.optional(
  z.string().check(z.describe("What keeps (more) messages from arriving.")),
);

/** The message as `messageSchema` describes it. */
export function messageOutput(
  { attachments, ...message }: InboxMessage,
): z.input<typeof messageSchema> {
  return {
    ...message,
    text: isFenced(message) ? fencePeerText(message.text) : message.text,
    attachments: attachments?.map(attachmentOutput),
  };
}

function attachmentOutput(attachment: Attachment) {
  return {
    ...attachment,
    ...(attachment.claimed_uri !== undefined && { note: CLAIM_NOTE }),
  };
}
