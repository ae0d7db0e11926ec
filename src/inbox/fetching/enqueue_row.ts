import type { InboxMessage } from "../message.ts";
import { isFromUser, type MessageQueue } from "../queue.ts";
import type { DeliveryState, FetchedRef } from "../state/delivery_state.ts";
import type { Pass } from "../state/read_positions.ts";

/** Where a row is queued, and what is known about the rows before it. */
export interface EnqueueContext {
  readonly state: DeliveryState;
  readonly queue: MessageQueue;
  readonly workspaceId: string;
}

/** A fetched row and what it means for the agent. */
export interface FetchedRow {
  readonly ref: FetchedRef;
  /** `undefined` for a row that is not for the agent. */
  readonly message: InboxMessage | undefined;
  /** Not for the agent because of other rows, which the next fetch may not return. */
  readonly keep?: boolean;
  /** It is too early for this row: the next fetch should return it and the rows after it again. */
  readonly held?: boolean;
}

/**
 * What became of a row: `known` was handled before or is already waiting, `filtered` is not for the
 * agent, `deferred` is a peer's message that there is no room for now, `no room` is a user's
 * message, which is waited for, and `held` is left for the next fetch.
 */
export type EnqueueOutcome = "known" | "filtered" | "queued" | "deferred" | "no room" | "held";

/** Whether there may be room for the message; otherwise it is deferred. */
export function mayBeQueued(message: InboxMessage, pass: Pass, state: DeliveryState): boolean {
  // A peer's message must not overtake one that was deferred.
  return isFromUser(message)
    ? state.hasRoom
    : state.hasRoomForPeers && !(pass === "forward" && state.positions.hasDeferred);
}

/** Whether the row is new here. */
export function isNew({ id, createdAt }: FetchedRef, state: DeliveryState): boolean {
  return !state.isHandled(id, createdAt) && !state.isWaiting(id);
}

/** Puts the pass's next row into the queue, or passes it by. */
export function enqueueRow(
  row: FetchedRow,
  pass: Pass,
  { state, queue, workspaceId }: EnqueueContext,
): EnqueueOutcome {
  const { ref, message, keep = false, held = false } = row;
  if (!isNew(ref, state)) {
    state.see(ref, pass);
    return "known";
  }
  if (held) {
    state.positions.leave(ref, pass);
    return "held";
  }
  if (message === undefined) {
    state.see(ref, pass, keep);
    state.skip(ref.id);
    return "filtered";
  }
  if (mayBeQueued(message, pass, state) && queue.offer(message, workspaceId)) {
    state.see(ref, pass, true);
    return "queued";
  }
  if (isFromUser(message)) return "no room";
  state.positions.defer(ref, pass);
  return "deferred";
}
