import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startTenants, type Tenant, type Tenants } from "../tenants.ts";
import { requestsBySpeaker } from "../tenants.ts";
import { asks, listed } from "./asked.ts";

/** The first version that has them. */
const REQUESTS = { version: "n3" } as const;

const side = ({ platform, peer }: Tenant) => ({ platform, by: peer });

/** Who spoke since the last look. */
function speakers(all: Tenants): number[] {
  const spoke = requestsBySpeaker(all).map(({ tenant }) => all.tenants.indexOf(tenant));
  return [...new Set(spoke)];
}

/** Raises a request as one of the agent's workspaces. */
async function raisedBy(all: Tenants, { own }: Tenant): Promise<string> {
  const args = { kind: "task", title: "x", source_workspace_id: own.id };
  const { structured } = await all.agent.ok("create_request", args);
  requestsBySpeaker(all);
  return String(structured?.request_id);
}

Deno.test("a request is found again in the workspace that raised it", async () => {
  await using all = await startTenants(REQUESTS);
  for (const [index, tenant] of all.tenants.entries()) {
    const request_id = await raisedBy(all, tenant);
    await all.agent.ok("get_request", { request_id });
    await all.agent.ok("add_request_message", { request_id, body: "x" });
    await all.agent.ok("cancel_request", { request_id });
    assertEquals(speakers(all), [index]);
  }
});

Deno.test("so it is when it was seen in a list", async () => {
  await using all = await startTenants(REQUESTS);
  const [, , three] = all.tenants;
  const id = await asks(side(three), three.own);
  const { text, structured } = await all.agent.ok("list_inbox", {
    source_workspace_id: three.own.id,
  });
  assertEquals(listed(structured, "request_id"), [id]);
  assertStringIncludes(text, `to you (workspace ${three.own.id})`);
  requestsBySpeaker(all);
  await all.agent.ok("respond_request", { request_id: id, action: "done", message: "12" });
  assertEquals(speakers(all), [2]);
});

Deno.test("so it is when a message about it waits in the inbox", async () => {
  await using all = await startTenants(REQUESTS);
  const [, , three] = all.tenants;
  const id = await asks(side(three), three.own);
  all.agent.inbox.queue.offer({
    activity_id: id,
    text: "x",
    peer_id: three.peer.id,
    kind: "request",
    method: "",
    created_at: "",
    request_id: id,
    arrival_workspace_id: three.own.id,
  });
  await all.agent.ok("respond_request", { request_id: id, action: "done" });
  assertEquals(speakers(all), [2]);
});

Deno.test("one that was never seen is looked for in all of them, once", async () => {
  await using all = await startTenants(REQUESTS);
  const [, , three] = all.tenants;
  const id = await asks(side(three), three.own);
  await all.agent.ok("get_request", { request_id: id });
  // All at the same time, in no order.
  assertEquals(speakers(all).toSorted(), [0, 1, 2]);
  await all.agent.ok("respond_request", { request_id: id, action: "rejected" });
  assertEquals(speakers(all), [2]);
  const nobodys = crypto.randomUUID();
  assertMatch(
    await all.agent.error("get_request", { request_id: nobodys }),
    new RegExp(`^Error: none of your workspaces has a request ${nobodys}\\.`),
  );
});

Deno.test("that one could not be asked is another answer than that none has it", async () => {
  await using all = await startTenants(REQUESTS);
  const [, , three] = all.tenants;
  const id = await asks(side(three), three.own);
  three.platform.faults.use(() => "drop");
  const text = await all.agent.error("get_request", { request_id: id });
  assertStringIncludes(text, "broke before the answer was complete");
});

Deno.test("between two workspaces of the agent each call is made from the side that may", async () => {
  await using all = await startTenants(REQUESTS);
  const [one, two] = all.tenants;
  const { agent } = all;
  // The platform's own check is not asked: both are this agent's.
  const request_id = await asks({ platform: one.platform, by: one.own }, two.own);
  const { text } = await agent.ok("get_request", { request_id });
  assertStringIncludes(
    text,
    `from you (workspace ${one.own.id}) to you (workspace ${two.own.id})`,
  );
  requestsBySpeaker(all);
  await agent.ok("respond_request", { request_id, action: "done" });
  assertEquals(speakers(all), [1]);
  const other = await asks({ platform: one.platform, by: one.own }, two.own);
  await agent.ok("get_request", { request_id: other });
  requestsBySpeaker(all);
  await agent.ok("cancel_request", { request_id: other });
  assertEquals(speakers(all), [0]);
});

Deno.test("a peer is asked through the workspace that sees it", async () => {
  await using all = await startTenants(REQUESTS);
  const { agent, tenants } = all;
  const ask = { kind: "task", title: "x" };
  const [one, , three] = tenants;
  const text = await agent.error("create_request", { ...ask, recipient_id: three.peer.id });
  assertStringIncludes(text, `is not a peer of workspace ${one.own.id}`);
  assertStringIncludes(text, "with source_workspace_id");
  await agent.ok("list_peers");
  requestsBySpeaker(all);
  await agent.ok("create_request", { ...ask, recipient_id: three.peer.id });
  assertEquals(speakers(all), [2]);
});

Deno.test("a list says whose it is, and that there are others", async () => {
  await using all = await startTenants(REQUESTS);
  const [one] = all.tenants;
  const { text } = await all.agent.ok("check_requests");
  assertEquals(
    text,
    `There are no requests raised by workspace ${one.own.id}; source_workspace_id names another of ` +
      "your workspaces.",
  );
  assertEquals(speakers(all), [0]);
});

Deno.test("a named source beats what was seen", async () => {
  await using all = await startTenants(REQUESTS);
  const [one, , three] = all.tenants;
  const request_id = await raisedBy(all, one);
  const text = await all.agent.error("get_request", {
    request_id,
    source_workspace_id: three.own.id,
  });
  assertStringIncludes(text, "request not found");
  assert(speakers(all).every((speaker) => speaker === 2));
});
