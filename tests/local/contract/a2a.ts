/**
 * Replays of the proxy's and the delegations' examples.
 *
 * @module
 */
import type { ServerVersion } from "../../../src/local/start.ts";
import { closedUrl, startAgent, startRawAgent, textReply } from "../agents.ts";
import { fixtureCase, ids } from "./fixtures.ts";
import { FROM_N2, ONLY_N1, type Replay, UNTIL_N2, type World } from "./world.ts";

const loopback = { allowLoopbackUrls: true };
const busy = (world: World) => world.update(ids.sibling_push, { activeTasks: 1 });
const agentUrl = (world: World, url: string | null) => world.update(ids.sibling_push, { url });

/** The sibling's agent answers what the example shows. */
function agentAnswers(exampleId: string): Replay {
  const { body } = fixtureCase(exampleId).response;
  const agent = () => startAgent(() => Response.json(body));
  return { options: loopback, arrange: (world) => world.attach(ids.sibling_push, agent()) };
}

/** The sibling's agent begins an answer with this status and breaks off. */
function agentBreaksOff(status: string): Replay {
  const bytes = `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\n` +
    `Content-Length: 500\r\n\r\n{"jsonrpc"`;
  return {
    options: loopback,
    arrange: (world) => world.attach(ids.sibling_push, startRawAgent(bytes)),
  };
}

/** Nothing listens at the sibling's URL. */
function agentIsAway(runtime: string, versions?: ServerVersion[]): Replay {
  return {
    versions,
    options: loopback,
    arrange: (world) => world.update(ids.sibling_push, { url: closedUrl(), runtime }),
  };
}

const queueItem = {
  id: "c3e5a7b9-0d2f-4146-8a9c-bedf1032540c",
  workspaceId: ids.sibling_push,
  callerId: ids.self,
  envelope: {},
  messageId: "m",
  delegationId: null,
  priority: 50,
  enqueuedAt: Date.UTC(2026, 4, 6, 9) * 1e3 + 500_000,
  responseText: null,
};
const FAILED_AT = Date.UTC(2026, 4, 6, 9, 4, 10) * 1e3;

/** The replays by the example's id. */
export const a2aReplays: Record<string, Replay> = {
  ...Object.fromEntries(
    [
      "a2a-sync-reply",
      "a2a-sync-reply-v0-parts",
      "a2a-sync-reply-artifacts",
      "a2a-sync-reply-string",
      "a2a-sync-empty-parts",
      "a2a-jsonrpc-error",
      "a2a-with-file",
    ].map((id) => [id, agentAnswers(id)]),
  ),
  "a2a-push-busy-queued": {
    generated: ["queue_id"],
    arrange: async (world) => {
      busy(world);
      await world.self.send(ids.sibling_push, "An earlier question");
    },
    options: loopback,
  },
  "a2a-400-parts-or-content": { versions: FROM_N2 },
  "a2a-400-invalid-json": {},
  "a2a-401-missing": {},
  "a2a-401-invalid": {},
  "a2a-401-mismatch": { versions: FROM_N2 },
  "a2a-402": {
    versions: UNTIL_N2,
    arrange: (world) => world.update(ids.sibling_push, { monthlySpend: 500, budgetLimit: 500 }),
  },
  "a2a-403-hierarchy": {},
  "a2a-403-forged": {},
  "a2a-413": {
    versions: FROM_N2,
    request: (example) => ({
      ...example,
      request: { ...example.request, body: `"${" ".repeat(16 * 1024 * 1024)}"` },
    }),
  },
  "a2a-500": { versions: ONLY_N1, storeFails: ["workspace"] },
  "a2a-502-unreachable": agentIsAway("external"),
  "a2a-502-not-routable": { arrange: (world) => agentUrl(world, "http://127.0.0.1:9/") },
  "a2a-502-delivery-confirmed": agentBreaksOff("200 OK"),
  "a2a-502-delivery-unconfirmed": agentBreaksOff("500 Internal Server Error"),
  "a2a-503-restarting": agentIsAway("langgraph", ONLY_N1),
  "a2a-503-restarting-n2": agentIsAway("langgraph", FROM_N2),
  "a2a-503-busy": { arrange: busy, storeFails: ["insertQueueItem"] },
  "a2a-503-waking": {
    arrange: (world) => world.update(ids.sibling_push, { status: "hibernated" }),
  },
  "a2a-503-no-url": {
    arrange: (world) => world.update(ids.sibling_push, { url: null, status: "awaiting_agent" }),
  },
  "a2a-503-mode-lookup": { versions: FROM_N2, storeFails: ["workspace"] },
  "a2a-agent-status-passed-on": {
    options: loopback,
    arrange: (world) =>
      world.attach(
        ids.sibling_push,
        startAgent(() => Response.json({ error: { message: "no" } }, { status: 500 })),
      ),
  },
  "a2a-queue-queued": {
    arrange: ({ store }) =>
      store.insertQueueItem({
        ...queueItem,
        status: "queued",
        attempts: 0,
        lastError: null,
        dispatchedAt: null,
        completedAt: null,
      }),
  },
  "a2a-queue-failed": {
    arrange: ({ store }) =>
      store.insertQueueItem({
        ...queueItem,
        status: "failed",
        attempts: 5,
        lastError: "workspace agent busy",
        dispatchedAt: FAILED_AT,
        completedAt: FAILED_AT + 1e6,
      }),
  },
  "a2a-queue-404": {},
};

const task = fixtureCase("delegate-202").request.body;
/** What the agent answers in the examples of delegations. */
export const replyingTo = "Nineteen invoices reconciled; two need a receipt.";
/** What the platform makes up in the list of delegations. */
const rowMembers = ["[].id", "[].created_at", "[].delegation_id"];

/** Delegates the examples' task and waits for the outcome. */
export async function delegateNow(world: World, body = task): Promise<void> {
  await world.self.post(`/workspaces/${ids.self}/delegate`, body);
  await world.platform.idle();
}

/** Delegates to an agent that has taken the task and has not answered yet. */
export async function delegateToThinker(world: World): Promise<void> {
  const thinking = Promise.withResolvers<void>();
  world.atEnd(thinking.resolve);
  const agent = startAgent(async () => {
    await thinking.promise;
    return textReply(replyingTo);
  });
  world.attach(ids.sibling_push, agent);
  const taken = agent.next();
  await world.self.post(`/workspaces/${ids.self}/delegate`, task);
  await taken;
}

function attachAnswering(world: World): void {
  world.attach(ids.sibling_push, startAgent(() => textReply(replyingTo)));
}

/** The replays by the example's id. */
export const delegationReplays: Record<string, Replay> = {
  "delegate-202": { options: loopback, arrange: attachAnswering, generated: ["delegation_id"] },
  "delegate-202-warning": {
    options: loopback,
    arrange: attachAnswering,
    storeFails: ["insertActivity"],
    generated: ["delegation_id"],
  },
  "delegate-200-idempotent": {
    options: loopback,
    arrange: delegateToThinker,
    generated: ["delegation_id"],
  },
  "delegate-400-body": {},
  "delegate-400-uuid": {},
  "delegate-400-self": { versions: ONLY_N1 },
  "delegate-401": {},
  "delegations-two-rows": {
    versions: UNTIL_N2,
    options: loopback,
    generated: rowMembers,
    arrange: async (world) => {
      attachAnswering(world);
      await delegateNow(world);
    },
  },
  "delegations-pending": {
    versions: UNTIL_N2,
    options: loopback,
    generated: rowMembers,
    arrange: delegateToThinker,
  },
  "delegations-failed": {
    versions: UNTIL_N2,
    generated: rowMembers,
    arrange: async (world) => {
      world.update(ids.sibling_push, { parentId: null });
      await delegateNow(world);
    },
  },
  "delegations-queued": {
    versions: UNTIL_N2,
    generated: [...rowMembers, "[].response_preview"],
    arrange: async (world) => {
      busy(world);
      await delegateNow(world);
    },
  },
  "delegations-queued-then-drained": {
    versions: UNTIL_N2,
    options: loopback,
    generated: rowMembers,
    arrange: async (world) => {
      attachAnswering(world);
      busy(world);
      await delegateNow(world);
      await world.self.post("/registry/heartbeat", { workspace_id: ids.sibling_push });
      await world.platform.idle();
    },
  },
  "delegations-poll-envelope-preview": {
    versions: UNTIL_N2,
    generated: rowMembers,
    arrange: (world) => delegateNow(world, { target_id: ids.sibling_poll, task: "Watch" }),
  },
  "delegations-empty": {},
  "delegations-500": { storeFails: ["activity"] },
  "delegation-record": {},
  "delegation-record-400": {},
  "delegation-update": {},
  "delegation-update-400": {},
};
