import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { JsonObject } from "../../src/lib/json.ts";
import { type FaultOutcome, truncated } from "../../src/local/start.ts";
import { delegateError } from "./delegate.ts";
import { platformCalls, requestCalls, startTeam, type Team } from "./team.ts";
import { fastTimers, givenUp } from "./timers.ts";

const NOT_THE_PLATFORM = "Check that PLATFORM_URL is the platform's address";
const PAGE = "<!doctype html><html><body>Welcome</body></html>";
const html = (status: number) => () =>
  new Response(PAGE, { status, headers: { "Content-Type": "text/html" } });

/** What the platform, or what stands in its place, does; and what the agent is told. */
const FAULTS: [string, () => FaultOutcome, string][] = [
  ["a web page", html(200), NOT_THE_PLATFORM],
  ["an empty answer", () => new Response(""), NOT_THE_PLATFORM],
  ["half an answer", () => truncated('[{"id": "1"'), "broke before the answer was complete"],
  ["a cut connection", () => "drop", "broke before the answer was complete"],
  [
    "an internal error",
    () => Response.json({ error: "query failed" }, { status: 500 }),
    "answered 500: query failed",
  ],
  ["a proxy's error page", html(502), "answered 502: a web page, not the platform's API"],
  [
    "too many requests",
    () => Response.json({ error: "rate limit exceeded", retry_after: 7 }, { status: 429 }),
    "Try again in 7 s",
  ],
  [
    "a redirect",
    () => new Response(null, { status: 302, headers: { Location: "https://elsewhere.test/x" } }),
    "(a redirect to https://elsewhere.test). Redirects are refused",
  ],
  [
    "a refused token",
    () => Response.json({ error: "invalid workspace auth token" }, { status: 401 }),
    "The workspace token was refused",
  ],
  [
    "a tenant's guard that misses the organisation",
    () =>
      Response.json({
        error: "missing tenant routing header",
        code: "TENANT_ORG_HEADER_REQUIRED",
      }, { status: 400 }),
    "MOLECULE_ORG_ID",
  ],
  ["an empty 404", () => new Response(null, { status: 404 }), "MOLECULE_ORG_ID"],
  ["an empty 403", () => new Response(null, { status: 403 }), "MOLECULE_ORG_ID"],
  ["a web server's 404 page", html(404), "check PLATFORM_URL"],
];

async function allCalls({ platform, lead, peer }: Team): Promise<[string, JsonObject][]> {
  return [...platformCalls(peer.id), ...await requestCalls(platform, lead, peer)];
}

for (const [what, outcome, expected] of FAULTS) {
  Deno.test(`${what}: a clear error from every tool, and the next call works`, async () => {
    await using team = await startTeam({
      lead: { abilities: { broadcast: true } },
      env: { A2A_DELEGATE_MAX_ATTEMPTS: "1" },
    });
    const { agent, platform } = team;
    for (const [tool, args] of await allCalls(team)) {
      const end = platform.faults.use(outcome);
      const text = await agent.error(tool, args);
      end();
      // As after the pause that a refusal brings.
      agent.router.primary.workspace.tokens.clear();
      assertMatch(text, /^(Error: |DELEGATION FAILED |Could not list the peers: )/, tool);
      assertStringIncludes(text, expected, `${tool}: ${text}`);
      assert(!/\n\s+at |undefined|\[object/.test(text), `${tool}: ${text}`);
      await agent.ok(tool, args);
    }
    assertEquals(agent.lines.filter((line) => line.includes("Internal error")), []);
  });
}

for (const [what, outcome] of FAULTS) {
  Deno.test(`${what} where the peer's answer should be: the delegation failed, and why`, async () => {
    await using team = await startTeam();
    team.platform.faults.use(({ path }) => path.endsWith("/a2a") ? outcome() : undefined);
    const text = await delegateError(team, "x");
    assertMatch(text, /^DELEGATION FAILED to Researcher: \[A2A_ERROR\] \S.*\nYou can ask /);
    assert(!text.includes("Welcome"), text);
  });
}

Deno.test("no answer at all: every tool gives up in time, and says after how long", async () => {
  await using team = await startTeam({
    env: { A2A_DELEGATE_READ_TIMEOUT: "10", A2A_DELEGATE_MAX_ATTEMPTS: "1" },
  });
  const calls = await allCalls(team);
  using _fast = fastTimers(100);
  team.platform.faults.use(() => "hang");
  await Promise.all(
    calls.map(async ([tool, args]) => {
      const text = await team.agent.error(tool, args);
      // What may have taken effect is to be looked at first.
      assertMatch(
        text,
        /did not answer within (10|20|30) s(\. Try again|.* (look with|see with) )/,
        `${tool}: ${text}`,
      );
    }),
  );
});

Deno.test("a call that is cancelled ends its request, for every tool but delegate_task", async () => {
  await using team = await startTeam();
  const { agent, platform } = team;
  const others = (await allCalls(team)).filter(([tool]) => tool !== "delegate_task");
  using _slow = fastTimers(0.01);
  platform.faults.use(() => "hang");
  for (const [tool, args] of others) {
    const cancel = new AbortController();
    const arrived = platform.nextRequest();
    const call = agent.error(tool, args, { signal: cancel.signal });
    const request = await arrived;
    cancel.abort();
    await givenUp(request);
    assertStringIncludes(await call, "cancelled", tool);
  }
});
