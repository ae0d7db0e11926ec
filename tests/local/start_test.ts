import { assert, assertEquals, assertRejects } from "@std/assert";
import { startLocalPlatform } from "../../src/local/start.ts";
import { closedUrl } from "./agents.ts";
import { Caller, FlakyStore, startTeam } from "./support.ts";

Deno.test("platform: several can run at the same time, each with its own state", async () => {
  await using first = await startLocalPlatform();
  await using second = await startLocalPlatform();
  const { id, token } = await first.createWorkspace({ name: "A" });
  assertEquals((await new Caller(first, id, token).get(`/workspaces/${id}`)).status, 200);
  assertEquals((await new Caller(second, id, token).get(`/workspaces/${id}`)).status, 404);
});

Deno.test("platform: a created workspace is as described, and by default awaits its agent", async () => {
  await using team = await startTeam();
  const { platform, lead } = team;
  const agentCard = { name: "An editor" };
  const url = "https://editor.example.org/a2a";
  const details = { role: "editor", tier: 3, agentCard, url, parentId: lead.id };
  const editor = await platform.createWorkspace({ name: "Editor", ...details });
  const plain = await platform.createWorkspace({ name: "Plain", parentId: lead.id });
  const peers = await lead.get(`/registry/${lead.id}/peers`);
  assert(Array.isArray(peers.body));
  const common = { parent_id: lead.id, active_tasks: 0 };
  assertEquals(peers.body.slice(-2), [
    {
      id: editor.id,
      name: "Editor",
      role: "editor",
      tier: 3,
      status: "online",
      agent_card: agentCard,
      url,
      ...common,
    },
    {
      id: plain.id,
      name: "Plain",
      role: null,
      tier: 3,
      status: "awaiting_agent",
      agent_card: null,
      url: "",
      ...common,
    },
  ]);
});

Deno.test("platform: a taken port is an error, and nothing is left running", async () => {
  await using first = await startLocalPlatform();
  await assertRejects(() => startLocalPlatform({ port: first.port }), Deno.errors.AddrInUse);
});

Deno.test("platform: after closing the port is free, and closing again does nothing", async () => {
  const platform = await startLocalPlatform();
  const { port } = platform;
  await fetch(`${platform.url}/health`).then((response) => response.text());
  await platform.close();
  await platform.close();
  await using again = await startLocalPlatform({ port });
  assertEquals(again.port, port);
});

Deno.test("platform: closing does not wait for a delegation that would be tried again", async () => {
  await using team = await startTeam({ delegateRetryMs: 3_600_000, allowLoopbackUrls: true });
  const { lead, researcher, platform } = team;
  platform.store.updateWorkspace(researcher.id, {
    deliveryMode: "push",
    url: closedUrl(),
    inboundSecret: "secret",
  });
  const tried = new Promise<void>((resolve) => platform.onEvent(researcher.id, () => resolve()));
  await lead.post(`/workspaces/${lead.id}/delegate`, { target_id: researcher.id, task: "Hello" });
  await tried;
  await platform.close();
});

Deno.test("platform: a fault of its own is a 500, and closing tells of it", async () => {
  const flaky = new FlakyStore();
  const store = new Proxy(flaky.store, {
    get: (target, name) => {
      if (name === "workspaces") throw new RangeError("A fault of the platform");
      return Reflect.get(target, name);
    },
  });
  const platform = await startLocalPlatform({ store });
  const { id, token } = await platform.createWorkspace({ name: "A" });
  const answer = await new Caller(platform, id, token).get(`/registry/${id}/peers`);
  assertEquals([answer.status, answer.body], [500, { error: "internal error" }]);
  await assertRejects(() => platform.close(), AggregateError);
});

Deno.test("platform: what is not an endpoint, or not of this version, is not found", async () => {
  await using team = await startTeam({ activityExtras: false, version: "n1" });
  const { lead } = team;
  const answers = [
    await lead.get("/nowhere"),
    await lead.delete("/health"),
    await lead.get("/uploads/limits"),
    await lead.post(`/workspaces/${lead.id}/activity/ack`, { acked_seq: 1 }),
  ];
  for (const { status, text } of answers) assertEquals([status, text], [404, "404 page not found"]);
});

Deno.test("platform: a caller that leaves in the middle of its request does no harm", async () => {
  const platform = await startLocalPlatform();
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: platform.port });
  const request = "POST /registry/heartbeat HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{";
  await connection.write(new TextEncoder().encode(request));
  connection.close();
  const health = await fetch(`${platform.url}/health`);
  assertEquals(await health.json(), { status: "ok" });
  await platform.close();
});
