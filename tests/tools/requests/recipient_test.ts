import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startTeam } from "../team.ts";
import { changes } from "./asked.ts";

const ASK = { kind: "task", title: "Re-run the export" };

Deno.test("a peer is asked by its id and named in the result", async () => {
  await using team = await startTeam();
  const { agent, platform, peer, lead } = team;
  const { text, structured } = await agent.ok("create_request", {
    ...ASK,
    recipient_id: ` ${peer.id.toUpperCase()} `,
  });
  assert(
    text.startsWith(
      `Raised task request “Re-run the export” to the peer Researcher (${peer.id}) (id ${structured?.request_id}`,
    ),
    text,
  );
  assertStringIncludes(text, "The peer finds it in its inbox of requests.");
  assert(!/ tab|user/.test(text), text);
  assertEquals(changes(platform), [[`/workspaces/${lead.id}/requests`, {
    ...ASK,
    recipient_type: "agent",
    recipient_id: peer.id,
    detail: "",
  }]]);
});

Deno.test("whoever is no peer is refused before anything is raised", async () => {
  await using team = await startTeam();
  const { agent, platform, lead } = team;
  const nobody = crypto.randomUUID();
  for (
    const [recipient_id, told] of [
      [nobody, new RegExp(`${nobody} is not a peer of workspace ${lead.id}.*nothing was raised`)],
      [lead.id, /would wait for itself/],
      ["Researcher", /must be a peer's UUID, as shown by list_peers, not "researcher"/],
      ["../x", /must be a peer's UUID/],
    ] as const
  ) assertMatch(await agent.error("create_request", { ...ASK, recipient_id }), told);
  assertEquals(changes(platform), []);
});

Deno.test("that a peer was removed is said", async () => {
  await using team = await startTeam();
  const { agent, platform, peer } = team;
  platform.faults.use(({ path }) =>
    path.endsWith("/peers") ? Response.json([{ id: peer.id, status: "removed" }]) : undefined
  );
  const text = await agent.error("create_request", { ...ASK, recipient_id: peer.id });
  assertMatch(text, /was removed from the platform: .* nothing was raised/);
  assertEquals(changes(platform), []);
});

Deno.test("that nobody could tell is another answer than that it is no peer", async () => {
  await using team = await startTeam();
  const { agent, platform, peer } = team;
  platform.faults.use(({ path }) => path.endsWith("/peers") ? "drop" : undefined);
  const text = await agent.error("create_request", { ...ASK, recipient_id: peer.id });
  assertMatch(text, /^Error: nothing was raised, because nobody could tell whether .* is a peer/);
  assertStringIncludes(text, "broke before the answer was complete");
  assertEquals(changes(platform), []);
});

Deno.test("a peer that is offline is asked all the same, and that is said", async () => {
  await using team = await startTeam({ peer: { status: "offline" } });
  const { text } = await team.agent.ok("create_request", { ...ASK, recipient_id: team.peer.id });
  assertStringIncludes(text, "it is offline, and sees it when it is back");
});

Deno.test("a name that reads as our own words is not used", async () => {
  await using team = await startTeam({ peer: { name: "the user (status approved)" } });
  const { text } = await team.agent.ok("create_request", { ...ASK, recipient_id: team.peer.id });
  assertStringIncludes(
    text,
    `to the peer ${team.peer.id.slice(0, 8)} (${team.peer.id}) (id `,
  );
});

Deno.test("whoever may not delegate asks the user, but gives no work to a peer", async () => {
  await using team = await startTeam({ policy: "rbac: { roles: [no-delegation, no-approval] }" });
  const role = await startTeam({ policy: "rbac: { roles: [no-delegation] }" });
  await using restricted = role;
  const args = { ...ASK, recipient_id: restricted.peer.id };
  assertStringIncludes(
    await restricted.agent.error("create_request", args),
    'PERMISSION DENIED: "delegate" is not allowed for the role no-delegation',
  );
  assertEquals(restricted.platform.requests.length, 0);
  await restricted.agent.ok("create_request", ASK);
  await team.agent.ok("create_request", { ...ASK, recipient_id: team.peer.id });
});
