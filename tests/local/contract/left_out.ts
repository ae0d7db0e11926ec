/**
 * The examples that are not replayed, and why.
 *
 * @module
 */

const CONTRADICTED = "S answers otherwise than N1, which the local platform follows";
const SEEN_OTHERWISE = "the running server answers otherwise: see the seen examples";
const NOT_USED = "the client does not use this endpoint, so the local platform has not got it";
const CONTAINERS = "the local platform runs no containers";

/** Reasons by the example's id. */
export const leftOut: Record<string, string> = {
  "a2a-404": SEEN_OTHERWISE,
  "a2a-poll-queued": SEEN_OTHERWISE,
  "activity-503": SEEN_OTHERWISE,
  "discover-404": SEEN_OTHERWISE,
  "workspace-removed-snapshot": CONTRADICTED,
  "upload-400-no-files-s": CONTRADICTED,
  "upload-413-s": CONTRADICTED,
  "upload-503-s": CONTRADICTED,
  "upload-container": CONTAINERS,
  "a2a-503-preflight": CONTAINERS,
  "a2a-push-async-queued": "N2 answers canvas callers after 90 s; the client is never one of them",
  "a2a-boot-turn-queued": "N2's boot turns belong to containers of the platform",
  "delegations-ledger": "N2's durable ledger replaces the rows that the client reads",
  "pending-ack-raced": "two acknowledgements cannot overlap in a store without waiting",
  "memory-list-scored": "vector search needs an embedding model",
  "workspace-patch-404": NOT_USED,
  "session-search": NOT_USED,
  "download-404": NOT_USED,
  "kv-post": NOT_USED,
  "kv-post-409": NOT_USED,
  "kv-get": NOT_USED,
  "kv-get-404": NOT_USED,
  "approval-create": NOT_USED,
  "approval-create-400": NOT_USED,
  "approval-list": NOT_USED,
  "approval-decide": NOT_USED,
  "approval-decide-400": NOT_USED,
  "approval-decide-404": NOT_USED,
};
