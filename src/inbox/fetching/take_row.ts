import type { DeliveryState, FetchedRef } from "../state/delivery_state.ts";
import type { Pass } from "./log_passes.ts";
import type { InboxMessage } from "../message.ts";
import { isFromUser, type MessageQueue } from "../queue.ts";

/** Where rows are taken to. */
export interface RowTaker {
  readonly state: DeliveryState;
  readonly queue: MessageQueue;
  readonly workspaceId: string;
}

/** A fetched row and what it means for the agent. */
export interface FetchedRow {
  readonly ref: FetchedRef;
  /** Undefined for a row that is not for the agent. */
  readonly message: InboxMessage | undefined;
  /** A row that is not for the agent because of other rows, which may not be at hand next time. */
  readonly keep?: boolean;
  /** It is not its time yet: the next fetch is to come upon it, and what is behind it, again. */
  readonly held?: boolean;
}

/**
 * What became of a row: `known` was handled or waits already, `filtered` is not for the agent,
 * `passed over` is a peer's that there is no room for now, `no room` is a user's, which waits, and
 * `held` is left for the next fetch.
 */
export type Outcome = "known" | "filtered" | "queued" | "passed over" | "no room" | "held";

/** Whether there may be room for the message, which is then not passed over. */
export function mayBeTaken(message: InboxMessage, pass: Pass, state: DeliveryState): boolean {
  // A peer's message must not overtake one that was passed over.
  return isFromUser(message)
    ? state.hasRoom
    : state.hasRoomForPeers && !(pass === "forward" && state.passes.hasPassedOver);
}

/** Whether the row is new here. */
export function isNew({ id, createdAt }: FetchedRef, state: DeliveryState): boolean {
  return !state.isHandled(id, createdAt) && !state.isWaiting(id);
}

/** Takes the pass's next row: into the queue, or past it. */
export function takeRow(row: FetchedRow, pass: Pass, taker: RowTaker): Outcome {
  const { ref, message, keep = false, held = false } = row;
  const { state, queue, workspaceId } = taker;
  if (!isNew(ref, state)) {
    state.see(ref, pass);
    return "known";
  }
  if (held) {
    state.passes.leave(ref, pass);
    return "held";
  }
  if (message === undefined) {
    state.see(ref, pass, keep);
    state.skip(ref.id);
    return "filtered";
  }
  if (mayBeTaken(message, pass, state) && queue.offer(message, workspaceId)) {
    state.see(ref, pass, true);
    return "queued";
  }
  if (isFromUser(message)) return "no room";
  state.passes.passOver(ref, pass);
  return "passed over";
}
