import { assert, assertEquals, assertRejects } from "@std/assert";
import { truncated } from "../../../src/local/start.ts";
import { startTeam } from "../support.ts";

Deno.test("faults: an answer instead of the real one, only where the fault says so", async () => {
  await using team = await startTeam();
  const { platform, lead, writer } = team;
  const end = platform.faults.use(({ path, workspaceId }) =>
    path.endsWith("/state") && workspaceId === lead.id
      ? new Response("<html>", { status: 502, headers: { "Content-Type": "text/html" } })
      : undefined
  );
  const state = await lead.get(`/workspaces/${lead.id}/state`);
  assertEquals([state.status, state.text], [502, "<html>"]);
  assertEquals((await writer.get(`/workspaces/${writer.id}/state`)).status, 200);
  end();
  assertEquals((await lead.get(`/workspaces/${lead.id}/state`)).status, 200);
});

Deno.test("faults: before handling nothing takes effect, after handling everything has", async () => {
  await using team = await startTeam();
  const { platform, lead, researcher } = team;
  const before = platform.faults.use(() => new Response(null, { status: 500 }));
  await lead.send(researcher.id, "lost");
  assertEquals(platform.activity(researcher.id).length, 0);
  before();
  platform.faults.after((_request, response) => {
    assertEquals(response.status, 200);
    return new Response(null, { status: 500 });
  });
  assertEquals((await lead.send(researcher.id, "kept")).status, 500);
  assertEquals(platform.activity(researcher.id).length, 1);
});

Deno.test("faults: a dropped connection gives no answer, also after the effect", async () => {
  await using team = await startTeam();
  const { platform, lead, researcher } = team;
  platform.faults.after(() => "drop");
  const error = await assertRejects(() => lead.send(researcher.id, "kept"), TypeError);
  assert(error);
  assertEquals(platform.activity(researcher.id).length, 1);
  platform.faults.clear();
  assertEquals((await lead.get("/health")).status, 200);
});

Deno.test("faults: a hanging request hangs until its caller gives up", async () => {
  await using team = await startTeam();
  const { platform } = team;
  platform.faults.use(() => "hang");
  const abort = new AbortController();
  const arrived = platform.nextRequest();
  const answer = fetch(`${platform.url}/health`, { signal: abort.signal });
  const { answered } = await arrived;
  abort.abort();
  await assertRejects(() => answer, DOMException);
  assertEquals(await answered, "hang");
});

Deno.test("faults: closing the platform ends a hanging request", async () => {
  await using team = await startTeam();
  const { platform } = team;
  platform.faults.use(() => "hang");
  const arrived = platform.nextRequest();
  const answer = fetch(`${platform.url}/health`).then(() => "answered", () => "cut");
  await arrived;
  await platform.close();
  assertEquals(await answer, "cut");
});

Deno.test("faults: a truncated answer begins like a whole one", async () => {
  await using team = await startTeam();
  team.platform.faults.use(() => truncated('{"status":'));
  const response = await fetch(`${team.platform.url}/health`);
  assertEquals(response.status, 200);
  await assertRejects(() => response.text(), TypeError);
});

Deno.test("faults: an event stream that is replaced is given up", async () => {
  await using team = await startTeam();
  const { platform, lead } = team;
  platform.faults.after(() => new Response("no stream", { status: 503 }));
  assertEquals((await lead.get(`/workspaces/${lead.id}/events/stream`)).text, "no stream");
  assertEquals(platform.streamCount(lead.id), 0);
});

Deno.test("faults: the first that has something to say decides", async () => {
  await using team = await startTeam();
  const { platform, lead } = team;
  platform.faults.use(() => undefined);
  platform.faults.use(() => new Response("second", { status: 500 }));
  platform.faults.use(() => new Response("third", { status: 500 }));
  assertEquals((await lead.get("/health")).text, "second");
});

Deno.test("requests: are recorded with what was sent and how it was answered", async () => {
  await using team = await startTeam();
  const { platform, lead } = team;
  platform.clearRequests();
  await lead.get(`/registry/${lead.id}/peers?q=a%20b`);
  await lead.post("/registry/heartbeat", { workspace_id: lead.id });
  const [peers, beat] = platform.requests;
  assertEquals([peers?.method, peers?.path], ["GET", `/registry/${lead.id}/peers`]);
  assertEquals(peers?.query, { q: "a b" });
  assertEquals(peers?.headers.authorization === `Bearer ${lead.token}`, true);
  assertEquals(beat?.body, JSON.stringify({ workspace_id: lead.id }));
  assertEquals([peers?.workspaceId, beat?.workspaceId], [lead.id, lead.id]);
  assertEquals([await peers?.answered, await beat?.answered], [200, 200]);
});

Deno.test("requests: are not kept when that is switched off", async () => {
  await using team = await startTeam({ recordRequests: false });
  await team.lead.get("/health");
  assertEquals(team.platform.requests, []);
});

Deno.test("requests: a form is recorded without its content", async () => {
  await using team = await startTeam();
  const { platform, lead } = team;
  const form = new FormData();
  form.append("files", new File(["x"], "a.txt"));
  await lead.post(`/workspaces/${lead.id}/chat/uploads`, form);
  assertEquals(platform.requests[0]?.body, undefined);
});

Deno.test("close waits for what is being handled, though its caller has gone", async () => {
  const team = await startTeam();
  const { platform, lead } = team;
  const entered = Promise.withResolvers<void>();
  const mayGoOn = Promise.withResolvers<void>();
  let handled = false;
  platform.faults.use(async () => {
    entered.resolve();
    await mayGoOn.promise;
    handled = true;
    return undefined;
  });
  const gone = assertRejects(() => lead.get(`/workspaces/${lead.id}/state`), TypeError);
  await entered.promise;
  const closed = team[Symbol.asyncDispose]();
  await gone; // Closing cuts the connections first.
  mayGoOn.resolve();
  await closed;
  assert(handled);
});
