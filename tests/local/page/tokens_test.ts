import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { CreatedToken, TokenView } from "../../../src/local/page/protocol.ts";
import { Caller } from "../support.ts";
import { Browser, startPage, YOURS } from "./browser.ts";

async function tokensOf(browser: Browser, id = YOURS): Promise<TokenView[]> {
  const { status, text } = await browser.get(`workspaces/${id}/tokens`);
  assertEquals(status, 200);
  return JSON.parse(text);
}

async function create(browser: Browser, id = YOURS): Promise<CreatedToken> {
  const { status, text } = await browser.post(`workspaces/${id}/tokens`);
  assertEquals(status, 201);
  return JSON.parse(text);
}

Deno.test("tokens: are made, listed without their text, and revoked, and every page hears of it", async () => {
  await using team = await startPage();
  const { platform, you } = team;
  const browser = await Browser.open(platform);
  await using events = await (await Browser.open(platform)).listen();
  const created = await create(browser);
  assertMatch(created.token, /^[\w-]{43}$/);
  assertEquals([created.kind, created.prefix], ["api", created.token.slice(0, 8)]);
  assertEquals((await events.of("tokens")).workspaceId, YOURS);
  const path = `/workspaces/${YOURS}/activity`;
  assertEquals((await new Caller(platform, YOURS, created.token).get(path)).status, 200);
  const listed = await tokensOf(browser);
  assertEquals(listed.map(({ kind }) => kind), ["instance", "api"]);
  assert(listed[1]?.lastUsedAt);
  for (const token of [you.token, created.token]) {
    assert(!JSON.stringify(listed).includes(token ?? ""));
  }
  const revoke = `workspaces/${YOURS}/tokens/${created.id}/revoke`;
  assertEquals((await browser.post(revoke)).status, 204);
  assertEquals((await events.of("tokens")).workspaceId, YOURS);
  assertEquals((await new Caller(platform, YOURS, created.token).get(path)).status, 401);
  assertEquals((await browser.post(revoke)).status, 404);
});

Deno.test("tokens: of another workspace are not revoked by way of this one", async () => {
  await using team = await startPage();
  const browser = await Browser.open(team.platform);
  const [theirs] = await tokensOf(browser, team.colleague.id);
  const ids = [theirs?.id, "x", "..", "%2e%2e", "22222222-2222-4222-8222-222222222222"];
  for (const id of ids) {
    assertEquals((await browser.post(`workspaces/${YOURS}/tokens/${id}/revoke`)).status, 404);
  }
  assertEquals((await tokensOf(browser, team.colleague.id)).length, 1);
});

Deno.test("tokens: a workspace has at most fifty", async () => {
  await using team = await startPage();
  const browser = await Browser.open(team.platform);
  for (let i = 1; i < 50; i++) await create(browser);
  const answer = await browser.post(`workspaces/${YOURS}/tokens`);
  assertEquals(answer.status, 429);
  assertStringIncludes(answer.text, "at most 50 tokens");
});

Deno.test("tokens: a rotation saves the new one before it revokes the old ones", async () => {
  const saved: string[] = [];
  const worked: number[] = [];
  await using team = await startPage({
    saveToken: async (token) => {
      saved.push(token);
      for (const text of [you.token, token]) worked.push(await statusWith(text));
    },
  });
  const { platform, you } = team;
  const statusWith = async (token: string | undefined) =>
    (await new Caller(platform, YOURS, token).get(`/workspaces/${YOURS}/activity`)).status;
  const browser = await Browser.open(platform);
  await create(browser);
  await using events = await browser.listen();
  assertEquals((await browser.post(`workspaces/${YOURS}/rotate`)).status, 204);
  assertEquals(worked, [200, 200]); // While it was being saved.
  assertEquals([await statusWith(you.token), await statusWith(saved[0])], [401, 200]);
  const [only, ...others] = await tokensOf(browser);
  assertEquals([only?.kind, only?.prefix, others], ["instance", saved[0]?.slice(0, 8), []]);
  for (let i = 0; i < 3; i++) assertEquals((await events.of("tokens")).workspaceId, YOURS);
});

Deno.test("tokens: a rotation that cannot be saved changes nothing", async () => {
  await using team = await startPage({
    saveToken: () => Promise.reject(new Error("Cannot write connection.json: the disk is full")),
  });
  const browser = await Browser.open(team.platform);
  const before = await tokensOf(browser);
  const answer = await browser.post(`workspaces/${YOURS}/rotate`);
  assertEquals([answer.status, answer.body], [500, {
    error: "The new token cannot be saved: Cannot write connection.json: the disk is full",
  }]);
  assertEquals(await tokensOf(browser), before);
});

Deno.test("tokens: of two rotations at once, the last saved one works", async () => {
  const saved: string[] = [];
  const first = Promise.withResolvers<void>();
  await using team = await startPage({
    saveToken: async (token) => {
      // The first one would be done last, if they did not wait for each other.
      if (saved.push(token) === 1) await first.promise;
    },
  });
  const browser = await Browser.open(team.platform);
  const rotate = () => browser.post(`workspaces/${YOURS}/rotate`);
  const rotations = [rotate(), rotate(), rotate()];
  while (saved.length === 0) await tokensOf(browser);
  await tokensOf(browser); // The others have come, too.
  assertEquals(saved.length, 1);
  first.resolve();
  const answers = await Promise.all(rotations);
  assertEquals(answers.map(({ status }) => status), [204, 204, 204]);
  const left = await tokensOf(browser);
  assertEquals(left.map(({ prefix }) => prefix), [saved[2]?.slice(0, 8)]);
});

Deno.test("tokens: only the user's own workspace is rotated here, where it can be saved", async () => {
  await using team = await startPage({ saveToken: () => Promise.resolve() });
  const browser = await Browser.open(team.platform);
  assertEquals((await browser.post(`workspaces/${team.colleague.id}/rotate`)).status, 409);
  await using other = await startPage();
  const otherBrowser = await Browser.open(other.platform);
  assertEquals((await otherBrowser.post(`workspaces/${YOURS}/rotate`)).status, 409);
});

Deno.test("tokens: are in the user's hands while the agents' database is away", async () => {
  await using team = await startPage();
  const browser = await Browser.open(team.platform);
  await browser.post("faults/database", { isOn: true });
  const { id } = await create(browser);
  assertEquals((await browser.post(`workspaces/${YOURS}/tokens/${id}/revoke`)).status, 204);
});
