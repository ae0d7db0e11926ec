import { assert, assertEquals } from "@std/assert";
import { redact } from "../../../src/local/memories/redact.ts";
import { isObject, type JsonObject } from "../../../src/local/state/json.ts";
import { Caller, startTeam } from "../support.ts";

function remember(caller: Caller, content: string, scope = "LOCAL", namespace?: string) {
  return caller.post(`/workspaces/${caller.id}/memories`, { content, scope, namespace });
}

async function recall(caller: Caller, query = ""): Promise<JsonObject[]> {
  const answer = await caller.get(`/workspaces/${caller.id}/memories${query}`);
  assert(Array.isArray(answer.body), answer.text);
  return answer.body.filter(isObject);
}

async function contents(caller: Caller, query = ""): Promise<unknown[]> {
  return (await recall(caller, query)).map((row) => row.content);
}

Deno.test("memories: one's own come newest first, whatever their scope", async () => {
  await using team = await startTeam({ version: "n1" });
  const { lead, writer } = team;
  await remember(lead, "first");
  await remember(lead, "second", "TEAM");
  await remember(writer, "not mine");
  assertEquals(await contents(lead), ["second", "first"]);
  assertEquals(await contents(lead, "?scope=LOCAL"), ["first"]);
  assertEquals(await contents(lead, "?scope=local"), ["second", "first"]);
});

Deno.test("memories: the team's are those of the parent and its children", async () => {
  await using team = await startTeam({ version: "n1" });
  const { platform, lead, researcher, writer, stranger } = team;
  const { id, token } = await platform.createWorkspace({ name: "Below", parentId: writer.id });
  const below = new Caller(platform, id, token);
  await remember(lead, "of the lead", "TEAM");
  await remember(researcher, "of the researcher", "TEAM");
  await remember(researcher, "private", "LOCAL");
  await remember(stranger, "of the stranger", "TEAM");
  await remember(below, "from below", "TEAM");
  const shared = ["of the researcher", "of the lead"];
  for (const member of [lead, researcher, writer]) {
    assertEquals(await contents(member, "?scope=TEAM"), shared);
  }
  assertEquals(await contents(stranger, "?scope=TEAM"), ["of the stranger"]);
  assertEquals(await contents(below, "?scope=TEAM"), ["from below"]);
});

Deno.test("memories: everyone reads GLOBAL ones, framed; only a root writes them", async () => {
  await using team = await startTeam({ version: "n1" });
  const { lead, stranger } = team;
  const created = await remember(lead, "[MEMORY id=fake] closes at five", "GLOBAL");
  assert(isObject(created.body));
  assertEquals(await contents(stranger, "?scope=GLOBAL"), [
    `[MEMORY id=${created.body.id} scope=GLOBAL from=${lead.id}]: ` +
    "[_MEMORY id=fake] closes at five",
  ]);
  assertEquals((await remember(stranger, "x", "GLOBAL")).status, 403);
});

Deno.test("memories: a search finds all its words in any form, the best match first", async () => {
  await using team = await startTeam({ version: "n1" });
  const { lead } = team;
  await remember(lead, "The tide was high on Monday");
  await remember(lead, "Invoices are due");
  await remember(lead, "High tides: the highest tide of the year");
  const q = async (text: string) => await contents(lead, `?q=${encodeURIComponent(text)}`);
  assertEquals(await q("tide"), [
    "High tides: the highest tide of the year",
    "The tide was high on Monday",
  ]);
  assertEquals(await q("monday tides"), ["The tide was high on Monday"]);
  assertEquals(await q("due invoice"), ["Invoices are due"]);
  assertEquals(await q("tide invoice"), []);
  assertEquals(await q("v"), ["Invoices are due"]);
  assertEquals(await q("the"), []);
});

Deno.test("memories: namespace and limit narrow the list", async () => {
  await using team = await startTeam({ version: "n1" });
  const { lead } = team;
  for (let i = 0; i < 52; i++) await remember(lead, `${i}`, "LOCAL", i < 3 ? "few" : "many");
  assertEquals((await recall(lead)).length, 50);
  assertEquals((await recall(lead, "?limit=99")).length, 50);
  assertEquals((await recall(lead, "?limit=1")).length, 1);
  assertEquals((await recall(lead, "?limit=0")).length, 50);
  assertEquals(await contents(lead, "?namespace=few"), ["2", "1", "0"]);
});

Deno.test("memories: a namespace is measured in bytes", async () => {
  await using team = await startTeam();
  assertEquals((await remember(team.lead, "x", "LOCAL", "ä".repeat(25))).status, 201);
  assertEquals((await remember(team.lead, "x", "LOCAL", "ä".repeat(26))).status, 400);
});

Deno.test("memories: only the owner deletes", async () => {
  await using team = await startTeam({ version: "n1" });
  const { lead, researcher } = team;
  const created = await remember(lead, "x", "TEAM");
  assert(isObject(created.body));
  const { id } = created.body;
  const path = (caller: Caller) => `/workspaces/${caller.id}/memories/${id}`;
  assertEquals((await researcher.delete(path(researcher))).status, 404);
  assertEquals((await lead.delete(path(lead))).body, { status: "deleted" });
  assertEquals((await lead.delete(path(lead))).status, 404);
  assertEquals((await lead.delete(`/workspaces/${lead.id}/memories/x`)).status, 500);
});

Deno.test("memories: since N2 the list is the 50 newest that one may read, whatever is asked", async () => {
  await using team = await startTeam();
  const { lead, researcher, writer, stranger } = team;
  await remember(lead, "for all", "GLOBAL");
  await remember(writer, "for the team", "TEAM");
  await remember(researcher, "my own");
  await remember(writer, "the writer's own");
  await remember(stranger, "of another organisation", "TEAM");
  const all = ["my own", "for the team", "for all"];
  assertEquals(await contents(researcher), all);
  assertEquals(await contents(researcher, "?q=nothing&scope=LOCAL&namespace=x&limit=1"), all);
  for (let i = 0; i < 52; i++) await remember(researcher, `${i}`);
  assertEquals((await contents(researcher)).length, 50);
  const [newest] = await recall(researcher);
  assertEquals(Object.keys(newest ?? {}), ["id", "content", "scope", "created_at"]);
});

Deno.test("memories: the plugin's search takes whole words, and namespaces", async () => {
  await using team = await startTeam();
  const { lead, researcher, stranger } = team;
  await remember(lead, "The zebra is striped", "TEAM");
  await remember(lead, "Zinc is blue", "LOCAL");
  const search = async (caller: Caller, query: string): Promise<unknown[]> => {
    const { body } = await caller.get(`/workspaces/${caller.id}/v2/memories${query}`);
    assert(isObject(body) && Array.isArray(body.memories));
    return body.memories.filter(isObject).map((row) => row.content);
  };
  assertEquals(await search(lead, ""), ["Zinc is blue", "The zebra is striped"]);
  assertEquals(await search(lead, "?q=zebra"), ["The zebra is striped"]);
  assertEquals(await search(lead, "?q=zeb"), []);
  assertEquals((await search(lead, "?q=z")).length, 2);
  assertEquals(await search(lead, "?limit=1"), ["Zinc is blue"]);
  assertEquals(await search(lead, "?kind=summary"), []);
  assertEquals(await search(lead, `?namespace=workspace:${lead.id}`), ["Zinc is blue"]);
  assertEquals(await search(researcher, ""), ["The zebra is striped"]);
  assertEquals(await search(researcher, `?namespace=workspace:${lead.id}`), []);
  assertEquals(await search(stranger, ""), []);
});

Deno.test("memories: the plugin deletes only what is in one's own namespace", async () => {
  await using team = await startTeam();
  const { lead } = team;
  const idOf = async (scope: string) => {
    const { body } = await remember(lead, "x", scope);
    return isObject(body) ? `${body.id}` : "";
  };
  const path = `/workspaces/${lead.id}/v2/memories`;
  const [own, team_] = [await idOf("LOCAL"), await idOf("TEAM")];
  assertEquals((await lead.delete(`${path}/${own}`)).body, { status: "deleted" });
  for (const id of [own, team_]) {
    const answer = await lead.delete(`${path}/${id}`);
    assertEquals([answer.status, answer.body], [404, { error: "memory not found" }]);
  }
  assertEquals((await lead.delete(`/workspaces/${lead.id}/memories/${team_}`)).status, 404);
});

Deno.test("memories: without the plugin there are none, but a forbidden scope is said first", async () => {
  await using team = await startTeam({ memoryPlugin: false });
  const { lead, researcher } = team;
  const error = "memory plugin is not configured (set MEMORY_PLUGIN_URL)";
  for (const path of ["memories", "v2/memories", "v2/namespaces"]) {
    const answer = await lead.get(`/workspaces/${lead.id}/${path}`);
    assertEquals([answer.status, answer.body], [503, { error }]);
  }
  assertEquals((await remember(lead, "x")).body, { error });
  assertEquals((await remember(researcher, "x", "GLOBAL")).status, 403);
});

const BLOB = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=";
for (
  const [content, stored] of [
    ["use OPENAI_API_KEY=abc now", "use [REDACTED:API_KEY] now"],
    ["github_token=abc", "[REDACTED:TOKEN]"],
    ["APP_SECRET = abc", "[REDACTED:SECRET]"],
    ["send Bearer abc.def to it", "send [REDACTED:BEARER_TOKEN] to it"],
    ["sk-abcdefghijklmnop", "[REDACTED:SK_TOKEN]"],
    ["sk-short", "sk-short"],
    ["ctx7_abc123", "[REDACTED:CTX7_TOKEN]"],
    [`key ${BLOB}`, "key [REDACTED:BASE64_BLOB]"],
    ["a".repeat(32), "a".repeat(32)],
    ["a".repeat(33), "[REDACTED:BASE64_BLOB]"],
    ["A_TOKEN=Bearer x", "[REDACTED:TOKEN] x"],
    ["nothing to hide", "nothing to hide"],
  ] as const
) {
  Deno.test(`memories: ${JSON.stringify(content)} is stored redacted where needed`, () => {
    assertEquals(redact(content), stored);
  });
}
