import { assert, assertEquals, assertMatch, assertNotMatch, assertRejects } from "@std/assert";
import { type LocalPlatform, startLocalPlatform } from "../../src/local/start.ts";
import { field } from "../../src/lib/json.ts";
import { startAgent, type TestAgent, textReply } from "../local/agents.ts";
import { unlessHanging } from "./raw_process.ts";
import { ServerProcess } from "./server_process.ts";
import { processTest } from "./whole_process.ts";

/** A platform with a workspace of ours and a peer that answers tasks. */
interface Tenant extends AsyncDisposable {
  readonly platform: LocalPlatform;
  readonly id: string;
  readonly token: string;
  readonly peerId: string;
  readonly peer: TestAgent;
}

async function tenant(peerName: string): Promise<Tenant> {
  const platform = await startLocalPlatform({
    allowLoopbackUrls: true,
    rateLimit: { requests: 1_000_000, windowMs: 60_000 },
  });
  const { id, token } = await platform.createWorkspace({ name: "Lead", deliveryMode: "poll" });
  // A live token of somebody else: with none at all, the platform would let anyone in.
  await platform.createToken(id);
  const peer = startAgent(() => textReply(`${peerName} is here`));
  const { id: peerId } = await platform.createWorkspace({
    name: peerName,
    parentId: id,
    deliveryMode: "push",
    url: peer.url,
  });
  return {
    platform,
    id,
    token,
    peerId,
    peer,
    [Symbol.asyncDispose]: async () => {
      await platform.close();
      await peer[Symbol.asyncDispose]();
    },
  };
}

interface TwoTenants extends AsyncDisposable {
  readonly north: Tenant;
  readonly south: Tenant;
  readonly env: Record<string, string>;
}

async function twoTenants(): Promise<TwoTenants> {
  const [north, south] = [await tenant("Nora"), await tenant("Sam")];
  const stateDir = await Deno.makeTempDir({ prefix: "molecule-tenants-" });
  const entries = [north, south].map(({ id, token, platform }) => ({
    id,
    token,
    platform_url: platform.url,
  }));
  return {
    north,
    south,
    env: {
      MOLECULE_WORKSPACES: JSON.stringify(entries),
      PLATFORM_URL: north.platform.url,
      CONFIGS_DIR: stateDir,
      WORKSPACE_CONFIG_PATH: stateDir,
    },
    [Symbol.asyncDispose]: async () => {
      await north[Symbol.asyncDispose]();
      await south[Symbol.asyncDispose]();
      await Deno.remove(stateDir, { recursive: true });
    },
  };
}

/** Everything that the platform received was meant for it, and came from its own workspace. */
function assertOnlyItsOwn(own: Tenant, other: Tenant): void {
  const { platform, id, token } = own;
  assert(platform.requests.length > 0);
  for (const { method, path, headers, body } of platform.requests) {
    const what = `${method} ${path}`;
    assert(headers.authorization === `Bearer ${token}`, `Bearer of ${what}`);
    assertEquals(headers.origin, platform.url, `Origin of ${what}`);
    assert([undefined, id].includes(headers["x-workspace-id"]), `X-Workspace-ID of ${what}`);
    const sent = JSON.stringify([path, headers, body]);
    assert(!sent.includes(other.id) && !sent.includes(other.token), `${what} names the other`);
  }
  const named = platform.requests.filter((request) => request.headers["x-workspace-id"] === id);
  assert(named.some(({ path }) => path.endsWith("/a2a")), "A task names who sends it");
}

const isRegister = ({ path }: { path: string }) => path === "/registry/register";

processTest("peers of both tenants are listed with whose they are", async () => {
  await using tenants = await twoTenants();
  const { north, south } = tenants;
  await using server = await ServerProcess.start(tenants.env);
  const { structuredContent } = await server.client.callTool({ name: "list_peers", arguments: {} });
  const peers = field(structuredContent, "peers");
  assert(Array.isArray(peers));
  assertEquals(
    peers.map((peer) => [field(peer, "name"), field(peer, "id"), field(peer, "via")]),
    [["Nora", north.peerId, north.id.slice(0, 8)], ["Sam", south.peerId, south.id.slice(0, 8)]],
  );
});

processTest(
  "every call reaches the right tenant, as the right workspace, without naming the source",
  async () => {
    await using both = await twoTenants();
    const { north, south } = both;
    const tenants = [north, south];
    const registrations = tenants.map(({ platform }) => platform.nextRequest(isRegister));
    await using server = await ServerProcess.start(both.env);
    for (const registration of registrations) await (await registration).answered;
    await server.call("list_peers");
    for (const [{ peerId }, name] of [[south, "Sam"], [north, "Nora"]] as const) {
      const task = { workspace_id: peerId, task: `Are you there, ${name}?` };
      assertMatch(await server.call("delegate_task", task), new RegExp(`${name} is here`));
      const { structuredContent } = await server.client.callTool({
        name: "delegate_task_async",
        arguments: task,
      });
      assertEquals(typeof field(structuredContent, "delegation_id"), "string");
    }
    for (const { id } of tenants) {
      assertMatch(await server.call("get_workspace_info", { source_workspace_id: id }), /Lead/);
      const message = `To the user of ${id}`;
      await server.call("send_message_to_user", { workspace_id: id, message });
      await server.call("commit_memory", { source_workspace_id: id, content: `of ${id}` });
      assertEquals(
        await server.call("recall_memory", { source_workspace_id: id, query: `of ${id}` }),
        `[LOCAL] of ${id}`,
      );
      await server.call("check_task_status", { source_workspace_id: id });
    }
    assertOnlyItsOwn(north, south);
    assertOnlyItsOwn(south, north);
    for (const { platform, id, peer } of tenants) {
      assertEquals(platform.userMessages(id).map(({ message }) => message), [
        `To the user of ${id}`,
      ]);
      assert(peer.received.length >= 1);
      for (const { body } of peer.received) {
        assert(!tenants.some(({ token }) => JSON.stringify(body).includes(token)), "A token shows");
      }
    }
  },
);

processTest("a workspace that is not one of ours is refused, not replaced by another", async () => {
  await using tenants = await twoTenants();
  await using server = await ServerProcess.start(tenants.env);
  const { message } = await assertRejects(
    () => server.call("get_workspace_info", { source_workspace_id: tenants.south.peerId }),
    Error,
  );
  assertMatch(message, /is not a workspace of this agent/);
});

processTest("a token revoked on one side leaves the other untouched", async () => {
  await using tenants = await twoTenants();
  const { north, south } = tenants;
  await using server = await ServerProcess.start(tenants.env);
  await server.call("list_peers");
  await north.platform.revokeToken(north.token);

  const listed = await server.call("list_peers");
  assertMatch(listed, /Sam/);
  assertNotMatch(listed, /Nora/);
  assertMatch(listed, new RegExp(`Not listed: \\[${north.id.slice(0, 8)}\\] .*401`));
  const status = (id: string) => server.call("check_task_status", { source_workspace_id: id });
  assertMatch(await status(south.id), /delegations/);
  const { message } = await assertRejects(() => status(north.id), Error);
  assertMatch(message, /401/);
  const task = { workspace_id: south.peerId, task: "Are you there?" };
  assertMatch(await server.call("delegate_task", task), /Sam is here/);
  assert(![message, listed, server.stderr].some((text) => text.includes(north.token)), "A token");
});

processTest("a tenant that refuses at the start leaves the other working", async () => {
  await using tenants = await twoTenants();
  const { north, south } = tenants;
  await north.platform.revokeToken(north.token);
  const refused = north.platform.nextRequest(isRegister);
  const accepted = south.platform.nextRequest(isRegister);
  const asksAgain = north.platform.nextRequest(({ path }) => path === "/registry/heartbeat");
  await using server = await ServerProcess.start(tenants.env);
  assertEquals(await (await unlessHanging(refused, "A registration")).answered, 401);
  assertEquals(await (await unlessHanging(accepted, "A registration")).answered, 200);
  assertMatch(await server.call("list_peers"), /Sam[^]*Not listed/);
  const task = { workspace_id: south.peerId, task: "Are you there?" };
  assertMatch(await server.call("delegate_task", task), /Sam is here/);
  // Its token may heal: it goes on asking.
  assertEquals(await (await unlessHanging(asksAgain, "A heartbeat")).answered, 401);
  assertMatch(server.stderr, new RegExp(`refused workspace ${north.id} \\(HTTP 401\\)`));
  assert(!server.stderr.includes(north.token), "The token shows");
});
