import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import type { JsonObject } from "../../src/lib/json.ts";
import { TOOLS } from "../../src/tools/tools.ts";
import { platformCalls, requestCalls } from "./team.ts";
import { requestsBySpeaker, startTenants, type Tenant } from "./tenants.ts";

/** The tools that take a source, with arguments that do not name it. */
function routedCalls(peerId: string): [tool: string, args: JsonObject][] {
  return platformCalls(peerId).filter(([tool]) => tool !== "update_agent_card");
}

/** The first version that has requests. */
const REQUESTS = { version: "n3" } as const;
const REQUEST_TOOLS = ["get_request", "respond_request", "add_request_message", "cancel_request"];

/** All that can be called as this workspace, each once. */
async function callsOf({ platform, own, peer }: Tenant): Promise<[string, JsonObject][]> {
  return [...routedCalls(peer.id), ...await requestCalls(platform, own, peer)];
}

/** What the source argument is called. */
function sourceName(tool: string): string {
  return /^(send_message_to_user|broadcast_message)$/.test(tool)
    ? "workspace_id"
    : "source_workspace_id";
}

Deno.test("every tool that calls the platform takes a source, except the card's", () => {
  const routed = [...routedCalls("").map(([tool]) => tool), ...REQUEST_TOOLS];
  const others = TOOLS.map(({ name }) => name).filter((name) => !routed.includes(name));
  assertEquals(others, [
    "get_runtime_identity",
    "update_agent_card",
    "wait_for_message",
    "inbox_peek",
    "inbox_pop",
  ]);
  for (const { name, input } of TOOLS) {
    assertEquals(sourceName(name) in input.shape, routed.includes(name), name);
  }
});

Deno.test("bearer, URL, Origin and source of every call belong to the workspace that is named", async () => {
  await using all = await startTenants(REQUESTS);
  for (const tenant of all.tenants) {
    for (const id of [tenant.own.id, ` ${tenant.own.id.toUpperCase()} `]) {
      for (const [tool, args] of await callsOf(tenant)) {
        await all.agent.ok(tool, { ...args, [sourceName(tool)]: id });
        const requests = requestsBySpeaker(all);
        assert(requests.length > 0, tool);
        for (const { tenant: speaker, request } of requests) {
          assert(speaker === tenant, `${tool} ${request.path}`);
        }
      }
    }
  }
});

Deno.test("without a source the primary workspace speaks", async () => {
  await using all = await startTenants(REQUESTS);
  const [primary] = all.tenants;
  for (const [tool, args] of routedCalls(primary.peer.id)) {
    if (tool === "list_peers") continue;
    await all.agent.ok(tool, {
      ...args,
      [sourceName(tool)]: tool === "delegate_task" ? null : " ",
    });
    for (const { tenant } of requestsBySpeaker(all)) assert(tenant === primary, tool);
  }
  await all.agent.ok("update_agent_card", { card: { name: "x" } });
  for (const { tenant } of requestsBySpeaker(all)) assert(tenant === primary);
  const { structured } = await all.agent.ok("get_runtime_identity");
  assertEquals(structured?.workspace_id, primary.own.id);
});

Deno.test("a source that is not registered is an error, and nobody is asked in its place", async () => {
  await using all = await startTenants(REQUESTS);
  const { agent, tenants } = all;
  for (const [tool, args] of await callsOf(tenants[0])) {
    for (const id of [crypto.randomUUID(), tenants[0].peer.id, "ws-9", "../x"]) {
      const text = await agent.error(tool, { ...args, [sourceName(tool)]: id });
      assertStringIncludes(text, `${JSON.stringify(id)} is not a workspace of this agent`);
      for (const { own } of tenants) assertStringIncludes(text, own.id);
    }
  }
  assertEquals(requestsBySpeaker(all), []);
});

Deno.test("the same task for the same peer from two sources is two delegations", async () => {
  await using all = await startTenants();
  const [one, two] = all.tenants;
  const ids = [];
  for (const { own } of [one, two, one]) {
    const { structured } = await all.agent.ok("delegate_task_async", {
      workspace_id: one.peer.id,
      task: "Count the boats",
      source_workspace_id: own.id,
    });
    ids.push(structured?.delegation_id);
  }
  assertNotEquals(ids[0], ids[1]);
  assertEquals(ids[0], ids[2]);
  const keys = requestsBySpeaker(all)
    .filter(({ request }) => request.path.endsWith("/delegate"))
    .map(({ request }) => JSON.parse(request.body ?? "").idempotency_key);
  assertEquals(keys.length, 3);
  assertEquals(new Set(keys).size, 2);
});
