import type { InboxMessage } from "../../../src/inbox/message.ts";

/** A message of a user, unless the rest says otherwise. */
export function message(text: string, more: Partial<InboxMessage> = {}): InboxMessage {
  return {
    activity_id: crypto.randomUUID(),
    text,
    peer_id: "",
    kind: "canvas_user",
    method: "message/send",
    created_at: "2026-05-04T10:11:12Z",
    ...more,
  };
}

/** A message with everything that one can have. */
export const FULL = message("with everything", {
  kind: "peer_agent",
  peer_id: crypto.randomUUID(),
  arrival_workspace_id: "ws-1",
  peer_name: "Bob",
  peer_role: "research",
  agent_card_url: "http://127.0.0.1/registry/discover/x",
  attachments: [{
    kind: "file",
    uri: "workspace:/tmp/a.csv",
    mime_type: "text/csv",
    name: "a.csv",
  }],
});
