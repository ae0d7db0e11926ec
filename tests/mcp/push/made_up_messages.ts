import fc from "fast-check";
import type { InboxMessage } from "../../../src/inbox/message.ts";

export const PEER = "0b9f2c44-7d3e-4a51-9c86-2f1e5d7a8b90";
export const ACTIVITY = "3c1d5a8e-42b7-4f60-8e19-9a7b6c5d4e3f";
export const CARD = `https://platform.example/registry/discover/${PEER}`;

export function fromUser(changes: Partial<InboxMessage> = {}): InboxMessage {
  return {
    activity_id: ACTIVITY,
    text: "Hello",
    peer_id: "",
    kind: "canvas_user",
    method: "message/send",
    created_at: "2026-05-04T10:20:30.123456Z",
    ...changes,
  };
}

export function fromPeer(changes: Partial<InboxMessage> = {}): InboxMessage {
  return fromUser({ kind: "peer_agent", peer_id: PEER, ...changes });
}

/** The field as an unfriendly row of the platform may fill it. */
export const odd = {
  kind: (kind: string) => kind as InboxMessage["kind"],
  name: (name: unknown) => name as string,
};

/** Text with a good share of what could end an attribute or a tag. */
export const nasty = fc.string({
  unit: fc.oneof(fc.constantFrom(...`"'<>[]{}\`\n\r\t\0\u001b\u0085 `), fc.constantFrom("a", "/")),
});
