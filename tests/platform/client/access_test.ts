import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { Access } from "../../../src/platform/client/access.ts";
import { PlatformClient } from "../../../src/platform/client/client.ts";
import { FakeTime } from "../../support/fake_time.ts";
import {
  CALL,
  clientAt,
  failureOf,
  type Outcome,
  TestServer,
  TOKEN,
  workspaceAt,
} from "../support.ts";

const REFUSED = { error: "invalid workspace auth token" };
const unauthorized = () => Response.json(REFUSED, { status: 401 });

/** A platform that refuses every token, with this answer for the workspace's own record. */
function refusing(
  record: () => Outcome | Promise<Outcome>,
  id = "11111111-2222-4333-8444-555555555555",
): TestServer {
  return new TestServer(({ target }) => target === `/workspaces/${id}` ? record() : unauthorized());
}
const present = () => Response.json({ id: "x", name: "Ada", status: "online" });

Deno.test("a fresh refusal says since when and what was tried, and asks for no new token", async () => {
  await using server = refusing(present);
  const { message } = await failureOf(clientAt(server.url).request(CALL));
  assertMatch(message, /answered 401: invalid workspace auth token\. /);
  assertMatch(message, /refused \(since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/);
  assertMatch(message, /tried: MOLECULE_WORKSPACE_TOKEN\)/);
  assertMatch(message, /while its database is away/);
  assertNotMatch(message, /Create|new token|Tokens tab/);
});

Deno.test("why calls fail is known to whoever asks, until one is taken", async () => {
  let isRefusing = true;
  await using server = new TestServer(() => isRefusing ? unauthorized() : Response.json({}));
  using time = new FakeTime();
  const client = clientAt(server.url);
  assertEquals(client.access.problem, undefined);
  const { message } = await time.until(failureOf(client.request(CALL)));
  const problem = client.access.problem ?? "";
  assertMatch(problem, /The workspace token was refused/);
  assertEquals(message.endsWith(problem), true, `${message}\n${problem}`);
  isRefusing = false;
  await time.run(2_000);
  await time.until(client.request(CALL));
  assertEquals(client.access.problem, undefined);
});

Deno.test("with a 5xx elsewhere the platform is said to have trouble, however long it lasts", async () => {
  await using server = refusing(() => Response.json({ error: "query failed" }, { status: 500 }));
  using time = new FakeTime();
  const client = clientAt(server.url);
  for (let minutes = 0; minutes < 20; minutes += 2) {
    const { message } = await time.until(failureOf(client.request(CALL)));
    assertMatch(message, /may be having trouble \(it answered another call with 500\)/);
    assertNotMatch(message, /new token/);
    await time.run(2 * 60_000);
  }
});

Deno.test("only after several minutes a new token is advised, and the words stay the same until then", async () => {
  await using server = refusing(present);
  using time = new FakeTime();
  const client = clientAt(server.url);
  const messages = new Set<string>();
  for (let seconds = 0; seconds < 600; seconds += 20) {
    const { message } = await time.until(failureOf(client.request(CALL)));
    messages.add(message);
    const isAdvised = /a new token may be needed.*Tokens tab/.test(message);
    assertEquals(isAdvised, time.elapsedMs >= 5 * 60_000, `${time.elapsedMs} ms: ${message}`);
    await time.run(20_000);
  }
  assertEquals(messages.size, 2);
});

Deno.test("of the platform's advice no more is shown than 200 characters", async () => {
  const gone = (hint: string) => () =>
    Response.json({ error: "workspace removed", hint }, { status: 410 });
  for (const [length, shown] of [[200, 200], [201, 199]] as const) {
    await using server = refusing(gone("y".repeat(length)));
    const { message } = await failureOf(clientAt(server.url).request(CALL));
    assertEquals(/y{9,}/.exec(message)?.[0].length, shown);
  }
});

Deno.test("without a token a refusal says that there is none, and where to get one", async () => {
  await using server = refusing(present);
  const client = clientAt(server.url, { inlineToken: undefined });
  const { message } = await failureOf(client.request(CALL));
  assertMatch(message, /401: invalid workspace auth token\. There is no workspace token to send/);
  assertMatch(message, /set MOLECULE_WORKSPACE_TOKEN .*Tokens tab/);
});

Deno.test("refusals that follow each other closely share what was seen of the workspace", async () => {
  await using server = refusing(present);
  using time = new FakeTime();
  const client = clientAt(server.url, { inlineToken: undefined });
  const looks = () => server.received.filter(({ method }) => method === "GET").length;
  for (let call = 0; call < 5; call++) await time.until(failureOf(client.request(CALL)));
  assertEquals(looks(), 1);
  await time.run(60_000);
  await time.until(failureOf(client.request(CALL)));
  assertEquals(looks(), 2);
});

Deno.test("a call that is held back looks itself where nobody has looked since the refusal", async () => {
  let looks = 0;
  const { workspace } = clientAt("http://127.0.0.1:1");
  const access = new Access(workspace, () => {
    looks += 1;
    return Promise.resolve({ state: "absent" });
  });
  await workspace.tokens.refuse(TOKEN);
  for (let call = 0; call < 3; call++) {
    const { kind, message, retryAfterMs } = await access.heldBack(1_500);
    assertEquals([kind, retryAfterMs], ["unauthorized", 1_500]);
    assertMatch(message, /has no workspace \S+: check WORKSPACE_ID/);
  }
  assertEquals(looks, 1);
});

Deno.test("a removed workspace is said to be removed at its first 401, with one look", async () => {
  const hint = "Create a replacement workspace";
  await using server = refusing(() =>
    Response.json({ error: "workspace removed", hint }, { status: 410 })
  );
  const client = clientAt(server.url);
  const failures = await Promise.all(
    Array.from({ length: 20 }, () => failureOf(client.request(CALL))),
  );
  for (const { message, kind } of failures) {
    assertEquals(kind, "unauthorized");
    assertMatch(message, /^Workspace \S+ was removed from the platform\. Create a replacement/);
  }
  const looks = server.received.filter(({ method }) => method === "GET");
  assertEquals(looks.length, 1);
});

Deno.test("a call that is held back meanwhile waits for the same look and says what it saw", async () => {
  const { promise: seen, resolve: letSee } = Promise.withResolvers<void>();
  await using server = refusing(async () => {
    await seen;
    return Response.json({ error: "workspace removed" }, { status: 410 });
  });
  const client = clientAt(server.url);
  const first = failureOf(client.request(CALL));
  await server.until(1, ({ method }) => method === "GET");
  const second = failureOf(client.request(CALL));
  letSee();
  for (const { message } of [await first, await second]) {
    assertMatch(message, /was removed from the platform/);
  }
  // What is known already is said without another look.
  assertMatch((await failureOf(client.request(CALL))).message, /was removed from the platform/);
  assertEquals(server.received.map(({ method }) => method), [CALL.method, "GET"]);
});

Deno.test("an id that is no UUID is named, be the answer 401 or 500", async () => {
  for (const status of [401, 500]) {
    await using server = new TestServer(({ target }) =>
      target === "/workspaces/ws-a"
        ? Response.json({ error: "invalid workspace ID" }, { status: 400 })
        : Response.json({ error: "lookup failed" }, { status })
    );
    const client = new PlatformClient({ ...workspaceAt(server.url), id: "ws-a" });
    const { message } = await failureOf(client.request(CALL));
    assertMatch(message, /^ws-a is not a workspace id, .*copy WORKSPACE_ID/);
  }
});

Deno.test("a workspace that does not exist is named so", async () => {
  await using server = refusing(() =>
    Response.json({ error: "workspace not found" }, { status: 404 })
  );
  const { message } = await failureOf(clientAt(server.url).request(CALL));
  assertMatch(message, /has no workspace \S+: check WORKSPACE_ID/);
});

Deno.test("who was ever taken is not counted as refused all the time", async () => {
  let away = true;
  await using server = new TestServer(() => away ? unauthorized() : Response.json({}));
  using time = new FakeTime();
  const client = clientAt(server.url);
  assertEquals(client.access.neverAccepted, false, "not asked yet");
  await time.until(failureOf(client.request(CALL)));
  assertEquals(client.access.neverAccepted, true);
  away = false;
  await time.run(2_000);
  await time.until(client.request(CALL));
  away = true;
  await time.until(failureOf(client.request(CALL)));
  assertEquals(client.access.neverAccepted, false);
});

Deno.test("a success that checks no token proves none", async () => {
  await using server = new TestServer(({ target }) =>
    target.endsWith("/thing") ? unauthorized() : Response.json({})
  );
  const client = clientAt(server.url);
  await failureOf(client.request(CALL));
  await client.request({ ...CALL, path: ["registry", "heartbeat"], tokenCheck: "sometimes" });
  assertEquals(client.workspace.tokens.state, "refused");
});
