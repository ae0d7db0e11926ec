import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { maybeDelivered } from "../../../src/tools/delegation/send_task.ts";
import { startAgent, textReply } from "../../local/agents.ts";
import { clientOf, proxyAnswers, Send, sends, unreachable } from "./send.ts";
import { pushPeer, startTeam } from "../team.ts";

for (
  const [what, answer, delaysMs] of [
    ["the proxy could not reach the agent", unreachable, [1_000, 2_000]],
    [
      "the agent restarts",
      () => Response.json({ error: "unreachable", restarting: true }, { status: 503 }),
      [1_000, 2_000],
    ],
    [
      "the agent restarts and the platform says how long",
      () => Response.json({ error: "x", restarting: true, retry_after: 15 }, { status: 503 }),
      [15_000, 15_000],
    ],
    [
      "the agent registers again and the platform says how long",
      () =>
        Response.json({
          error: "workspace re-registering — please retry in 30 seconds",
          detail: "x",
          retry_after_seconds: 30,
        }, { status: 503 }),
      [30_000, 30_000],
    ],
    [
      "the agent wakes up",
      () => Response.json({ error: "waking", waking: true, retry_after: 15 }, { status: 503 }),
      [15_000, 15_000],
    ],
  ] as const
) {
  Deno.test(`sent again, and delivered once, when ${what}`, async () => {
    await using target = startAgent(() => textReply("Four boats"));
    await using team = await startTeam({ peer: pushPeer(target) });
    team.platform.faults.use(proxyAnswers(2, answer));
    const retries: string[] = [];
    const send = new Send({ onRetry: (reason, delayMs) => retries.push(`${delayMs} ${reason}`) });
    assertEquals(await send.run(clientOf(team), team.peer.id), {
      kind: "answer",
      text: "Four boats",
    });
    assertEquals(send.delays, [...delaysMs]);
    assertEquals(retries.length, 2);
    assertEquals(target.received.length, 1);
    const messageIds = sends(team.platform).map(({ body }) =>
      JSON.parse(body ?? "").params.message.messageId
    );
    assertEquals(messageIds, Array(3).fill(send.options.messageId));
  });
}

Deno.test("sent again while the platform refuses the connection, until the attempts run out", async () => {
  await using team = await startTeam();
  await team.platform.close();
  const send = new Send();
  const error = await send.failure(clientOf(team), team.peer.id);
  assertEquals(error.kind, "unreachable");
  assertEquals(send.delays, [1_000, 2_000, 4_000, 8_000]);
  assertStringIncludes(
    error.message,
    "(cause=attempts_exhausted attempts=5/5 elapsed=15.0s budget=600s read_timeout=300s)",
  );
  assert(!maybeDelivered(error));
});

Deno.test("the pauses double up to 16 s and vary by a quarter", async () => {
  await using team = await startTeam();
  team.platform.faults.use(proxyAnswers(Infinity, unreachable));
  for (const [random, factor] of [[0, 0.75], [1, 1.25]] as const) {
    const send = new Send({ random: () => random }, { maxAttempts: 8 });
    await send.failure(clientOf(team), team.peer.id);
    assertEquals(
      send.delays,
      [1, 2, 4, 8, 16, 16, 16].map((seconds) => seconds * 1_000 * factor),
    );
  }
});

Deno.test("a failure in other words keeps what the platform said", async () => {
  await using team = await startTeam();
  const body = { error: "x", restarting: true, retry_after: 15 };
  team.platform.faults.use(proxyAnswers(1, () => Response.json(body, { status: 503 })));
  const error = await new Send({}, { maxAttempts: 1 }).failure(clientOf(team), team.peer.id);
  assertEquals(
    [error.kind, error.status, error.body, error.retryAfterMs],
    ["server", 503, body, 15_000],
  );
});

Deno.test("a receiver that registers again for too long got nothing, and that is what is said", async () => {
  await using team = await startTeam();
  const body = { error: "workspace re-registering — please retry in 30 seconds" };
  team.platform.faults.use(proxyAnswers(9, () => Response.json(body, { status: 503 })));
  const error = await new Send({}, { maxAttempts: 2 }).failure(clientOf(team), team.peer.id);
  assert(!maybeDelivered(error));
  assertStringIncludes(error.message, "attempts=2/2");
});

Deno.test("the time that was used before the first attempt counts against the budget", async () => {
  await using team = await startTeam();
  team.platform.faults.use(proxyAnswers(Infinity, unreachable));
  const send = new Send({ startedAtMs: -598_500 });
  await send.failure(clientOf(team), team.peer.id);
  assertEquals(send.delays, [1_000]);
});

Deno.test("no attempt begins after the total budget, and the error says so", async () => {
  await using team = await startTeam();
  team.platform.faults.use(proxyAnswers(Infinity, unreachable));
  const exact = new Send({}, { totalBudgetMs: 3_000 });
  await exact.failure(clientOf(team), team.peer.id);
  assertEquals(exact.delays, [1_000]);

  team.platform.clearRequests();
  const send = new Send({}, { totalBudgetMs: 5_000 });
  const error = await send.failure(clientOf(team), team.peer.id);
  assertEquals(send.delays, [1_000, 2_000]);
  assertEquals(sends(team.platform).length, 3);
  assertStringIncludes(
    error.message,
    "(cause=total_budget_exhausted attempts=3/5 elapsed=3.0s budget=5s read_timeout=300s)",
  );
  assertEquals(error.status, 502);
});

Deno.test("never sent again once the peer may have it", async () => {
  await using target = startAgent(() => textReply("done"));
  await using team = await startTeam({ peer: pushPeer(target) });
  const { platform } = team;
  const json = (status: number, body: unknown) => () => Response.json(body, { status });
  const answers = {
    "internal error": json(500, { error: "lookup failed" }),
    "reply lost midway": json(502, { error: "failed to read agent response" }),
    "reply lost, agent has it": json(502, { error: "bad gateway", delivery_confirmed: true }),
    busy: json(503, { error: "workspace agent busy", busy: true, retry_after: 30 }),
    "a page of a proxy": () => new Response("<html>Bad gateway</html>", { status: 502 }),
    "gateway timeout": json(504, { error: "timeout" }),
  };
  for (const [what, answer] of Object.entries(answers)) {
    platform.clearRequests();
    const end = platform.faults.after(({ path }) => path.endsWith("/a2a") ? answer() : undefined);
    const send = new Send();
    const error = await send.failure(clientOf(team), team.peer.id);
    end();
    assertEquals(sends(platform).length, 1, what);
    assertEquals(send.delays, [], what);
    assert(maybeDelivered(error), what);
  }
  assertEquals(target.received.length, Object.keys(answers).length);
});

Deno.test("a connection cut after the delivery is not a reason to send again", async () => {
  await using target = startAgent(() => textReply("done"));
  await using team = await startTeam({ peer: pushPeer(target) });
  team.platform.faults.after(({ path }) => path.endsWith("/a2a") ? "drop" : undefined);
  const send = new Send();
  const error = await send.failure(clientOf(team), team.peer.id);
  assertEquals(error.kind, "unreachable");
  assert(maybeDelivered(error));
  assertEquals([target.received.length, send.delays.length], [1, 0]);
});

Deno.test("what the proxy refuses for good is sent once, and certainly not delivered", async () => {
  await using team = await startTeam({ peer: { deliveryMode: "push" } });
  for (
    const [status, body] of [
      [402, { error: "workspace budget limit exceeded" }],
      [403, { error: "access denied: workspaces cannot communicate per hierarchy rules" }],
      [404, { error: "workspace not found" }],
      [429, { error: "rate limit exceeded", retry_after: 7 }],
      [502, { error: "workspace URL is not publicly routable" }],
      [503, { error: "workspace has no URL", status: "awaiting_agent" }],
      [503, { error: "platform datastore unavailable", code: "platform_unavailable" }],
      [503, { error: "cannot verify workspace credentials", detail: "x" }],
    ] as const
  ) {
    team.platform.clearRequests();
    const end = team.platform.faults.use(proxyAnswers(1, () => Response.json(body, { status })));
    const error = await new Send().failure(clientOf(team), team.peer.id);
    end();
    assertEquals(sends(team.platform).length, 1, body.error);
    assert(!maybeDelivered(error), body.error);
    assertStringIncludes(error.message, body.error);
  }
});

Deno.test("a peer that takes too long is asked once, and the limit is named", async () => {
  await using team = await startTeam();
  team.platform.faults.use(({ path }) => path.endsWith("/a2a") ? "hang" : undefined);
  const send = new Send({}, { readTimeoutMs: 50 });
  const error = await send.failure(clientOf(team), team.peer.id);
  assertEquals(error.kind, "timed_out");
  assertMatch(error.message, /^no answer within 0\.05 s \(cause=read_timeout attempts=1\/5 /);
  assert(maybeDelivered(error));
  assertEquals([sends(team.platform).length, send.delays.length], [1, 0]);
});

Deno.test("the total budget also bounds the wait for an answer, and is named then", async () => {
  await using team = await startTeam();
  team.platform.faults.use(({ path }) => path.endsWith("/a2a") ? "hang" : undefined);
  const error = await new Send({}, { totalBudgetMs: 50 }).failure(clientOf(team), team.peer.id);
  assertMatch(error.message, /^no answer within 0\.05 s \(cause=total_budget_exhausted /);
});

Deno.test("nothing is sent any more after a cancellation", async () => {
  await using team = await startTeam();
  team.platform.faults.use(proxyAnswers(Infinity, unreachable));
  const cancel = new AbortController();
  const sleep = (_durationMs: number, signal: AbortSignal) => {
    cancel.abort();
    assert(signal.aborted);
    return Promise.resolve();
  };
  await new Send({ signal: cancel.signal, sleep }).failure(clientOf(team), team.peer.id);
  assertEquals(sends(team.platform).length, 1);
});
