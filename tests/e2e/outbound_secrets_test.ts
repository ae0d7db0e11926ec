import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { RawProcess, unlessHanging } from "./raw_process.ts";
import { ServerProcess } from "./server_process.ts";
import { type TestTeam, testTeam } from "./test_workspace.ts";
import { processTest } from "./whole_process.ts";

/** Every way in which a secret may be written, as `SecretRedactor` knows them. */
function spellings(secret: string): string[] {
  return [secret, encodeURIComponent(secret), btoa(`Bearer ${secret}`), btoa(secret)];
}

/** What the platform got besides the bearer, from calls to these paths. */
function wire({ platform }: TestTeam): string {
  const lines = platform.requests.map(({ method, path, query, body }) =>
    [method, path, JSON.stringify(query), body].join(" ")
  );
  return lines.join("\n");
}

/** A call of every tool that sends text, with the text in every place that takes any. */
function callsWith(team: TestTeam, text: string): [string, Record<string, unknown>][] {
  return [
    ["delegate_task_async", { workspace_id: team.peerId, task: text }],
    ["commit_memory", { content: text }],
    ["recall_memory", { query: text }],
    ["send_message_to_user", { message: text }],
    ["send_message_to_user", { message: "x", attachments: [{ uri: text, name: text }] }],
    ["create_request", { kind: "task", title: text, detail: text }],
    ["create_approval", { action: text, reason: text }],
    ["broadcast_message", { message: text }],
    ["update_agent_card", { card: { name: text, [text]: { deep: [text, { [text]: 1 }] } } }],
  ];
}

processTest("no live secret leaves in anything that an agent sends", async () => {
  await using team = await testTeam();
  const { platform, id, token, stateDir } = team;
  const inbound = `inbound-${id}`;
  platform.store.updateWorkspace(id, { mayBroadcast: true, inboundSecret: inbound });
  await Deno.writeTextFile(join(stateDir, ".platform_inbound_secret"), inbound);
  await using server = await ServerProcess.start(team.env);
  await server.call("list_peers");
  // Rotated while it runs, and not used yet.
  const rotated = await platform.createToken(id);
  await Deno.writeTextFile(join(stateDir, ".auth_token"), `${rotated}\n`);

  for (const secret of [token, rotated, inbound]) {
    for (const spelling of spellings(secret)) {
      for (const [tool, args] of callsWith(team, `it is <${spelling}> of ${id}.`)) {
        platform.clearRequests();
        const text = await server.call(tool, args);
        assertMatch(text, /a secret of this workspace; it was not sent/, tool);
        const sent = wire(team);
        assert(!sent.includes(spelling), `${tool} sends a secret`);
        assertStringIncludes(sent, "[redacted]", tool);
        // The workspace's own id is no secret, although the inbound secret may end in it.
        assertStringIncludes(sent, id, tool);
      }
    }
  }
  platform.clearRequests();
  const plain = await server.call("commit_memory", { content: "Bearer of news, sk is no key" });
  assertEquals(plain.includes("not sent"), false);
  assertStringIncludes(wire(team), "Bearer of news, sk is no key");
});

processTest("a secret in the name of a file is not sent as its name", async () => {
  await using team = await testTeam();
  const { platform, token, stateDir } = team;
  await using server = await ServerProcess.start({
    ...team.env,
    MOLECULE_ATTACH_ROOTS: stateDir,
  });
  const path = join(stateDir, `notes ${token}.txt`);
  await Deno.writeTextFile(path, "harmless");
  const text = await server.call("send_message_to_user", { message: "x", attachments: [path] });
  assertStringIncludes(text, "with 1 attachment(s)");
  assertStringIncludes(text, "not sent");
  assert(!wire(team).includes(token));
  assertStringIncludes(
    String(platform.userMessages(team.id)[0]?.attachments[0]?.name),
    "redacted",
  );
});

processTest(
  "a secret of one workspace does not leave through another, not even unused",
  async () => {
    await using team = await testTeam();
    const { platform, id, token, peerId, stateDir } = team;
    const peerToken = await platform.createToken(peerId);
    const saved = await platform.createToken(peerId);
    await Deno.writeTextFile(join(stateDir, `.auth_token_${peerId}`), saved);
    await using server = await ServerProcess.start({
      PLATFORM_URL: platform.url,
      CONFIGS_DIR: stateDir,
      MOLECULE_WORKSPACES: JSON.stringify([{ id, token }, { id: peerId, token: peerToken }]),
      MOLECULE_MCP_DISABLE_HEARTBEAT: "1",
      MOLECULE_MCP_DISABLE_INBOX: "1",
    });
    for (const secret of [token, peerToken, saved]) {
      for (const source of [id, peerId]) {
        platform.clearRequests();
        await server.call("commit_memory", { content: `<${secret}>`, source_workspace_id: source });
        assertStringIncludes(wire(team), '"content":"<[redacted]>"');
      }
    }
  },
);

processTest(
  "the workspace's own id stays readable where a platform secret ends in it",
  async () => {
    await using team = await testTeam();
    const { platform, id, stateDir } = team;
    platform.store.updateWorkspace(id, { inboundSecret: `inbound-${id}` });
    await Deno.writeTextFile(join(stateDir, ".platform_inbound_secret"), `inbound-${id}`);
    await using server = await ServerProcess.start({ ...team.env, MOLECULE_MCP_VERBOSE: "1" });
    await server.call("list_peers"); // Every secret is known from here on.
    assertStringIncludes(await server.call("get_workspace_info"), id);
    assertStringIncludes(await server.call("get_runtime_identity"), id);
    // The line may come later than the answer.
    await unlessHanging(server.told(`Registered workspace ${id}`), "The line on stderr");
  },
);

processTest(
  "what was pasted around a token is named at the start, and garbles nothing",
  async () => {
    await using team = await testTeam();
    for (
      const [text, expected] of [
        [`"${team.token}"`, "MOLECULE_WORKSPACE_TOKEN: it is in quotes"],
        [
          `MOLECULE_WORKSPACE_TOKEN=${team.token}`,
          "MOLECULE_WORKSPACE_TOKEN: it has the form NAME=",
        ],
      ] as const
    ) {
      await using server = RawProcess.start({ ...team.env, MOLECULE_WORKSPACE_TOKEN: text });
      const { code, stderr } = await server.ended();
      assertEquals(code, 2);
      assertStringIncludes(stderr, expected);
      assert(!stderr.includes(team.token) && !stderr.includes("[redacted]"));
    }
    // In a file beside a good variable: told, and the good one is used.
    await Deno.writeTextFile(join(team.stateDir, ".auth_token"), `TOKEN='${team.token}'\n`);
    await using server = await ServerProcess.start(team.env);
    assertMatch(await server.call("list_peers"), /Researcher/);
    assertMatch(
      server.stderr,
      /Cannot use the token of .*\.auth_token: it has the form NAME=value/,
    );
    assert(!server.stderr.includes("[redacted]"));
  },
);
