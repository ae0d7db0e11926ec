import type { InboxMessage } from "../../src/inbox/message.ts";
import { MessageQueue } from "../../src/inbox/queue.ts";
import { idOf } from "./message_support.ts";

/** A user's message with that number. */
export function message(number: number, workspace?: string): InboxMessage {
  return {
    activity_id: idOf(number),
    text: `message ${number}`,
    peer_id: "",
    kind: "canvas_user",
    method: "message/send",
    created_at: "2026-05-06T09:20:05Z",
    ...(workspace !== undefined && { arrival_workspace_id: workspace }),
  };
}

/** A queue that holds these messages. */
export function queueOf(...numbers: number[]): MessageQueue {
  const queue = new MessageQueue();
  for (const number of numbers) queue.offer(message(number));
  return queue;
}

/** A signal that does not fire. */
export function never(): AbortSignal {
  return new AbortController().signal;
}
