/**
 * Replays of the examples seen on running servers (platform-fixtures-seen.json).
 *
 * @module
 */
import { startAgent, textReply } from "../agents.ts";
import { delegateNow, delegateToThinker, replyingTo } from "./a2a.ts";
import { fixtureCase, ids } from "./fixtures.ts";
import { OTHERS, OWN, remember } from "./memories_tokens.ts";
import { decided } from "./requests.ts";
import type { Replay, World } from "./world.ts";

const loopback = { allowLoopbackUrls: true };
const away = { databaseAway: true } as const;
const failClosed = { ...away, options: { registryTokenCheckFailClosed: true } };
const rowMembers = ["[].id", "[].created_at"];
const messageMembers = [...rowMembers, "[].seq", "[].request_body.id"];
const delegationMembers = [...rowMembers, "[].delegation_id", "[].response_preview"];
const removed = (id: string) => ({ platform }: World) => platform.removeWorkspace(id);

/** Has the sibling's message in the log of `ids.self`. */
async function arrived(world: World, body: unknown = envelopeOf("activity-ingest")): Promise<void> {
  const from = await world.callerOf(ids.sibling_push);
  await from.post(`/workspaces/${ids.self}/a2a`, body, { "X-Workspace-ID": from.id });
}

/** The call whose row the example shows. */
function envelopeOf(exampleId: string): unknown {
  return JSON.parse(JSON.stringify(fixtureCase(exampleId).response.body))[0].request_body;
}

function lineOf(exampleId: string): { messageId: string; text: string } {
  const { params } = JSON.parse(JSON.stringify(envelopeOf(exampleId)));
  return { messageId: params.message.messageId, text: params.message.parts[0].text };
}

async function onlyApiToken(world: World): Promise<void> {
  world.platform.revokeTokens(ids.self);
  await world.platform.createToken(ids.self, undefined, "api");
}

const storedMemory = (world: World) =>
  remember(world, { createdAt: Date.UTC(2026, 5, 5, 7) * 1_000 });
const uploaded: Replay = { generated: ["files[].uri"] };

/** The replays by the example's id. */
export const seenReplays: Record<string, Replay> = {
  "discover-503-removed": { arrange: removed(ids.sibling_push) },
  "a2a-503-removed": { arrange: removed(ids.sibling_push) },
  "a2a-removed-poll-queued": { arrange: removed(ids.sibling_poll) },
  "a2a-poll-queued-seen": {},
  "upload-500-empty": {},
  "upload-mime-parameters": uploaded,
  "upload-long-name": uploaded,
  "activity-queued-for-poll": { generated: messageMembers, arrange: (world) => arrived(world) },
  "activity-ingest": {
    generated: messageMembers,
    arrange: async (world) => {
      await arrived(world);
      await arrived(world);
    },
  },
  "activity-null-method-n1": {
    generated: messageMembers,
    arrange: (world) => arrived(world, { parts: [{ kind: "text", text: "lost" }] }),
  },
  "activity-null-method-n3": {
    generated: messageMembers,
    arrange: (world) => arrived(world, { parts: [{ kind: "text", text: "lost" }] }),
  },
  "activity-canvas-line": {
    generated: messageMembers,
    arrange: async ({ platform }) => {
      const { text, messageId } = lineOf("activity-canvas-line");
      await platform.sendAsUser(ids.self, text, [], { messageId });
    },
  },
  "activity-request-responded-turn": {
    generated: [...messageMembers, "[].request_body.params.message.messageId"],
    arrange: decided,
  },
  "activity-broadcast-receive": {
    generated: [...rowMembers, "[].seq"],
    arrange: async (world) => {
      world.update(ids.sibling_push, { mayBroadcast: true });
      const from = await world.callerOf(ids.sibling_push);
      const body = { message: "Freeze all deploys until 18:00" };
      await from.post(`/workspaces/${from.id}/broadcast`, body);
    },
  },
  "broadcast-sent": { arrange: (world) => world.update(ids.self, { mayBroadcast: true }) },
  "broadcast-403": {},
  "broadcast-400": {},
  "activity-peer-id-braces": {},
  "activity-peer-id-no-hyphens": {},
  "activity-400-before-ts-lower-case": {},
  "activity-400-before-ts-no-such-day": {},
  "activity-400-before-ts-no-such-hour": {},
  "activity-400-since-secs-huge": {},
  "activity-since-secs-huge": {},
  "activity-unknown-type": {},
  "activity-post-403-upper-case": {},
  "activity-ack-n3": {
    arrange: async ({ self }) => {
      await self.post(`/workspaces/${ids.self}/activity/ack`, { acked_seq: 90_420 });
    },
  },
  "tokens-revoke-500-bad-id": {},
  "database-away-activity-401": away,
  "database-away-notify-401": away,
  "database-away-uploads-401": away,
  "database-away-stream-401": away,
  "database-away-memories-401": away,
  "database-away-delegate-401": away,
  "database-away-heartbeat-500": away,
  "database-away-register-500": away,
  "database-away-update-card-500": away,
  "database-away-workspace-500": away,
  "database-away-peers-500": away,
  "database-away-peers-503": away,
  "database-away-discover-503": away,
  "database-away-a2a-401": away,
  "register-503-fail-closed": failClosed,
  "heartbeat-503-fail-closed": failClosed,
  "a2a-agent-204": {
    options: loopback,
    arrange: (world) =>
      world.attach(ids.sibling_push, startAgent(() => new Response(null, { status: 204 }))),
  },
  "a2a-agent-redirect": {
    options: loopback,
    arrange: (world) =>
      world.attach(
        ids.sibling_push,
        startAgent(({ path }) =>
          path === "/a2a"
            ? new Response(null, { status: 307, headers: { Location: "/there" } })
            : Response.json(fixtureCase("a2a-agent-redirect").response.body)
        ),
      ),
  },
  "a2a-503-reregister": {
    arrange: (world) => world.update(ids.sibling_push, { inboundSecret: null }),
  },
  "a2a-402-n3": {
    arrange: (world) => world.update(ids.sibling_push, { monthlySpend: 500, budgetLimit: 500 }),
  },
  "a2a-400-content-type": {},
  "delegate-403-ability": { arrange: (world) => world.update(ids.self, { mayDelegate: false }) },
  "delegate-400-self-n2": {},
  "options-preflight": {},
  "options-own-origin": {},
  "health-security-headers": {},
  "health-allowed-origin": {},
  "notify-no-event": {},
  "delegate-no-event": { generated: ["delegation_id"] },
  "report-event": {},
  "self-message-event-n1": {},
  "self-message-events-n3": {},
  "workspace-tier-0": { arrange: createPilot },
  "workspace-tier-0-n3": { arrange: createPilot },
  "workspace-ok-n3": {},
  "workspace-410-n3": {
    arrange: (world) => world.addRemoved({ removedAt: Date.UTC(2026, 4, 2, 8, 30) * 1e3 + 123456 }),
  },
  "heartbeat-reference-n3": {},
  "heartbeat-minimal-n3": {},
  "heartbeat-full-n3": {},
  "heartbeat-n3-fields": {},
  "heartbeat-400-busy": {},
  "heartbeat-after-deletion-n3": { arrange: (world) => world.addRemoved() },
  "external-connection-n3": {},
  "external-rotate-n3": { generated: ["connection.auth_token"] },
  "rotate-literal-401": {},
  "register-api-token-only": { generated: ["auth_token"], arrange: onlyApiToken },
  "heartbeat-api-token-only-any-bearer": { arrange: onlyApiToken },
  "peers-api-token-only-checks": { arrange: onlyApiToken },
  "register-403-platform-kind": {},
  "register-400-kind": {},
  "delegations-pending-n3": {
    options: loopback,
    generated: delegationMembers,
    arrange: delegateToThinker,
  },
  "delegations-failed-n3": {
    generated: delegationMembers,
    arrange: async (world) => {
      world.update(ids.sibling_push, { parentId: null });
      await delegateNow(world);
    },
  },
  "delegations-two-rows-n3": {
    options: loopback,
    generated: delegationMembers,
    arrange: async (world) => {
      world.attach(ids.sibling_push, startAgent(() => textReply(replyingTo)));
      await delegateNow(world);
    },
  },
  "delegations-poll-envelope-preview-n3": {
    generated: delegationMembers,
    arrange: (world) => delegateNow(world, { target_id: ids.sibling_poll, task: "Watch" }),
  },
  "memory-create-n2": { generated: ["id"] },
  "memory-delete-gone": {},
  "memories-v2-search": {
    arrange: (world) => {
      storedMemory(world);
      remember(world, { id: OTHERS, content: "Invoices are due in June" });
    },
  },
  "memories-v2-part-of-a-word": { arrange: storedMemory },
  "memories-v2-namespace-of-others": {
    arrange: (world) => remember(world, { workspaceId: ids.sibling_push }),
  },
  "memories-v2-unknown-kind": {},
  "memories-v2-503": { options: { memoryPlugin: false } },
  "memories-v2-n1": {},
  "memories-v2-namespaces": {},
  "memories-v2-delete": { arrange: (world) => remember(world, { id: OWN }) },
  "memories-v2-delete-404": {
    arrange: (world) => remember(world, { id: OTHERS, scope: "TEAM" }),
  },
  "memories-v2-delete-502": {},
};

async function createPilot({ platform }: World): Promise<void> {
  const id = "d0c1b2a3-4e5f-4a6b-8c7d-9e0f1a2b3c4d";
  await platform.createWorkspace({ id, name: "Pilot", tier: 0 });
}
