/**
 * All endpoints.
 *
 * @module
 */
import { getQueueItem, proxy } from "../handlers/a2a.ts";
import { acknowledge, getActivity, reportActivity } from "../handlers/activity.ts";
import {
  delegate,
  listDelegations,
  recordDelegation,
  updateDelegation,
} from "../handlers/delegations.ts";
import { checkAccess, discover, peers } from "../handlers/discovery.ts";
import { createMemory, deleteMemory, searchMemories } from "../handlers/memories.ts";
import { deleteMemoryV2, listNamespaces, searchMemoriesV2 } from "../handlers/memories_v2.ts";
import { broadcast, notify } from "../handlers/messages.ts";
import { heartbeat, register, updateCard } from "../handlers/registry.ts";
import {
  addRequestMessage,
  cancelRequest,
  createRequest,
  getRequest,
  listInbox,
  listRaised,
  respondToRequest,
} from "../handlers/requests.ts";
import { streamEvents } from "../handlers/stream.ts";
import { createToken, getConnection, listTokens, revokeToken, rotate } from "../handlers/tokens.ts";
import { acknowledgeUpload, getContent, getLimits, uploadFiles } from "../handlers/uploads.ts";
import { getState, getWorkspace } from "../handlers/workspaces.ts";
import { json } from "./http.ts";
import type { Handler, Route } from "./router.ts";

/** The table; an earlier route wins. */
export function routes(): Route[] {
  return [...calledByTheClient(), ...ofRequests(), ...heldByTheExamples()];
}

/** What `src/platform/` calls. */
function calledByTheClient(): Route[] {
  return [
    unguarded("POST", "/registry/register", "registration failed", register),
    unguarded("POST", "/registry/heartbeat", "failed to update", heartbeat),
    unguarded("POST", "/registry/update-card", "failed to update card", updateCard),
    unguarded("GET", "/registry/discover/:id", "lookup failed", discover),
    unguarded("GET", "/registry/:id/peers", "lookup failed", peers),
    unguarded("GET", "/workspaces/:id", "query failed", getWorkspace),
    unguarded("POST", "/workspaces/:id/a2a", "lookup failed", proxy),
    guarded("GET", "/events/stream", "failed to verify workspace", streamEvents),
    guarded("POST", "/delegate", "query failed", delegate),
    guarded("GET", "/delegations", "query failed", listDelegations),
    guarded("GET", "/activity", "query failed", getActivity),
    guarded("POST", "/activity", "query failed", reportActivity),
    guarded("POST", "/activity/ack", "failed to record ack", acknowledge),
    guarded("POST", "/notify", "internal error", notify),
    guarded("POST", "/broadcast", "internal error", broadcast),
    guarded("POST", "/chat/uploads", "could not stage files", uploadFiles),
    guarded("GET", "/pending-uploads/:fileId/content", "storage error", getContent),
    guarded("POST", "/pending-uploads/:fileId/ack", "storage error", acknowledgeUpload),
    guarded("POST", "/memories", "failed to store memory", createMemory),
    guarded("GET", "/memories", "search failed", searchMemories),
    guarded("GET", "/v2/memories", "failed to resolve readable namespaces", searchMemoriesV2),
    guarded("GET", "/v2/namespaces", "failed to resolve namespaces", listNamespaces),
  ];
}

/** Called by the client, too. */
function ofRequests(): Route[] {
  const one = "/requests/:requestId";
  const table = [
    guarded("POST", "/requests", "failed to create request", createRequest),
    guarded("GET", "/requests", "query failed", listRaised),
    guarded("GET", "/requests/inbox", "query failed", listInbox),
    guarded("GET", one, "query failed", getRequest),
    guarded("POST", `${one}/respond`, "failed to respond", respondToRequest),
    guarded("POST", `${one}/messages`, "failed to add message", addRequestMessage),
    guarded("POST", `${one}/cancel`, "failed to cancel", cancelRequest),
  ];
  return table.map((route) => ({ ...route, since: "n3" }));
}

/**
 * What the client does not call, but people, other clients and the canvas do: the example
 * exchanges (`tests/fixtures/`) hold us to it.
 */
function heldByTheExamples(): Route[] {
  return [
    unguarded("GET", "/health", "", () => json(200, { status: "ok" })),
    unguarded("GET", "/uploads/limits", "", getLimits),
    unguarded("POST", "/registry/check-access", "lookup failed", checkAccess),
    unguarded("GET", "/workspaces/:id/a2a/queue/:queueId", "query failed", getQueueItem),
    guarded("GET", "/state", "query failed", getState),
    guarded("POST", "/delegations/record", "failed to record delegation", recordDelegation),
    guarded("POST", "/delegations/:delegationId/update", "query failed", updateDelegation),
    guarded("DELETE", "/memories/:memoryId", "delete failed", deleteMemory),
    guarded("DELETE", "/v2/memories/:memoryId", "failed to resolve namespaces", deleteMemoryV2),
    guarded("GET", "/tokens", "failed to list tokens", listTokens),
    guarded("POST", "/tokens", "failed to create token", createToken),
    guarded("DELETE", "/tokens/:tokenId", "failed to revoke token", revokeToken),
    guarded("POST", "/external/rotate", "failed to create token", rotate),
    guarded("GET", "/external/connection", "query failed", getConnection),
  ];
}

/** The handler checks for itself who may call, if anyone must. */
function unguarded(
  method: Route["method"],
  path: string,
  storeFailure: string,
  handle: Handler,
): Route {
  return { method, path, auth: "handler", storeFailure, handle };
}

/** Under `/workspaces/{id}`, for that workspace's token only. */
function guarded(
  method: Route["method"],
  path: string,
  storeFailure: string,
  handle: Handler,
): Route {
  return { method, path: `/workspaces/:id${path}`, auth: "workspace", storeFailure, handle };
}
