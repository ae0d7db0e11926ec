import type { InboxMessage } from "../message.ts";
import { isFromUser, type MessageQueue } from "../queue.ts";
import type { DeliveryState, FetchedRef } from "../state/delivery_state.ts";
import type { Pass } from "../state/read_positions.ts";

/** Where a row is queued, and what is known of the rows before it. */
export interface EnqueueContext {
  readonly state: DeliveryState;
  readonly queue: MessageQueue;
  readonly workspaceId: string;
}

/** A fetched row and what it means for the agent. */
export interface FetchedRow {
  readonly ref: FetchedRef;
  /** Undefined for a row that is not for the agent. */
  readonly message: InboxMessage | undefined;
  /** Not for the agent because of other rows, which may not be at hand next time. */
  readonly keep?: boolean;
  /** It is too early for it: the next fetch is to return it again, and what is behind it. */
  readonly held?: boolean;
}

/**
 * What became of a row: `known` was handled before or waits already, `filtered` is not for the
 * agent, `deferred` is a peer's that there is no room for now, `no room` is a user's, which waits,
 * and `held` is left for the next fetch.
 */
export type EnqueueOutcome = "known" | "filtered" | "queued" | "deferred" | "no room" | "held";

/** Whether there may be room for the message, which is then not deferred. */
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

/** Puts the pass's next row into the queue, or goes past it. */
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
