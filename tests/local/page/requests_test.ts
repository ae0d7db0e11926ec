import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { RequestView } from "../../../src/local/page/protocol.ts";
import { MemoryStore } from "../../../src/local/state/memory_store.ts";
import { raise as raiseRequest } from "../requests.ts";
import type { Caller } from "../support.ts";
import { Browser, startPage, YOURS } from "./browser.ts";

/** Raises a request, by default an approval of the user's. @returns Its id */
const raise = (agent: Caller, title: string, more: object = {}): Promise<string> =>
  raiseRequest(agent, { kind: "approval", title, ...more });

/** What a page that is opened now shows. */
async function shown(browser: Browser): Promise<readonly RequestView[]> {
  await using events = await browser.listen();
  return (await events.of("snapshot")).snapshot.requests;
}

Deno.test("requests: a page sees what is asked, answers, and every other page hears of it", async () => {
  await using team = await startPage();
  const { platform, you } = team;
  const browser = await Browser.open(platform);
  await using events = await (await Browser.open(platform)).listen();
  assertEquals((await events.of("snapshot")).snapshot.requests, []);
  const id = await raise(you, "Delete the notes?", { detail: "two of them", priority: 3 });
  const { request } = await events.of("request");
  assertEquals({ ...request, createdAt: "", updatedAt: "" }, {
    id,
    kind: "approval",
    requesterId: YOURS,
    recipientId: null,
    title: "Delete the notes?",
    detail: "two of them",
    status: "pending",
    responderType: null,
    responderId: null,
    priority: 3,
    createdAt: "",
    updatedAt: "",
    respondedAt: null,
    messages: [],
    olderMessages: 0,
  });
  assertEquals(await shown(browser), [request]);

  assertEquals((await browser.post(`requests/${id}/messages`, { body: "Which?" })).status, 204);
  const withQuestion = (await events.of("request")).request;
  assertEquals(withQuestion.messages.map(({ authorType, body }) => [authorType, body]), [
    ["user", "Which?"],
  ]);
  assertEquals((await events.of("request")).request.status, "info_requested");
  const answer = { body: "The old ones", author_type: "agent" };
  await you.post(`/workspaces/${YOURS}/requests/${id}/messages`, answer);
  assertEquals((await events.of("request")).request.messages.at(-1)?.authorId, YOURS);

  const respond = `requests/${id}/respond`;
  assertEquals((await browser.post(respond, { action: "approved" })).status, 204);
  const decided = (await events.of("request")).request;
  assertEquals([decided.status, decided.responderType], ["approved", "user"]);
  assert(decided.respondedAt);
  const again = await browser.post(respond, { action: "rejected" });
  assertEquals([again.status, JSON.parse(again.text).error], [409, "It is approved already."]);
  assertEquals((await browser.post(`requests/${id}/cancel`)).status, 409);
  assertEquals((await shown(browser))[0]?.status, "approved");
});

Deno.test("requests: those between agents are shown, and the user may decide and take back any", async () => {
  await using team = await startPage();
  const { platform, you, colleague } = team;
  const browser = await Browser.open(platform);
  const task = { kind: "task", recipient_type: "agent", recipient_id: colleague.id };
  const first = await raise(you, "Look up the tides", task);
  const second = await raise(you, "Look up the moon", task);
  assertEquals((await shown(browser)).map(({ title, recipientId }) => [title, recipientId]), [
    ["Look up the moon", colleague.id],
    ["Look up the tides", colleague.id],
  ]);
  assertEquals((await browser.post(`requests/${first}/respond`, { action: "done" })).status, 204);
  assertEquals((await browser.post(`requests/${second}/cancel`)).status, 204);
  assertEquals((await shown(browser)).map(({ status }) => status).sort(), ["cancelled", "done"]);
});

Deno.test("requests: what is not possible is refused, in words", async () => {
  await using team = await startPage();
  const { platform, you } = team;
  const browser = await Browser.open(platform);
  const id = await raise(you, "Delete?");
  const refusals: [string, unknown, number, RegExp][] = [
    [`${id}/respond`, { action: "done" }, 400, /invalid action/],
    [`${id}/respond`, { action: "cancelled" }, 400, /not what is expected/],
    [`${id}/respond`, { action: "approved", more: "x".repeat(5_000) }, 413, /too large/],
    [`${id}/messages`, { body: " \n" }, 400, /empty/],
    [`${id}/messages`, { body: 1 }, 400, /not what is expected/],
    [`${id}/messages`, { body: "x".repeat(70_000) }, 413, /too large/],
    [`${crypto.randomUUID()}/respond`, { action: "approved" }, 404, /no such request/],
    ["x/messages", { body: "?" }, 404, /no such request/],
    ["x/cancel", undefined, 404, /no such request/],
  ];
  for (const [path, body, status, words] of refusals) {
    const answer = await browser.post(`requests/${path}`, body);
    assertEquals([path, answer.status], [path, status]);
    assertMatch(JSON.parse(answer.text).error, words);
  }
  const foreign = { Origin: "http://127.0.0.1:1" };
  const answer = await browser.post(`requests/${id}/respond`, { action: "approved" }, foreign);
  assertEquals(answer.status, 403);
  assertEquals((await shown(browser))[0]?.status, "pending");
});

Deno.test("requests: while the database is away they are shown, and a decision says that it failed", async () => {
  await using team = await startPage();
  const { platform, you } = team;
  const browser = await Browser.open(platform);
  const id = await raise(you, "Delete?");
  const end = platform.faults.database();
  assertEquals((await shown(browser)).length, 1);
  const path = `requests/${id}/respond`;
  const failed = await browser.post(path, { action: "approved" });
  assertEquals(failed.status, 500);
  assertStringIncludes(failed.text, "Try again");
  end();
  assertEquals((await browser.post(path, { action: "approved" })).status, 204);
});

Deno.test("requests: a page gets no more of them than it can show, the newest and the open ones first", async () => {
  const limits = { openRequests: 2, closedRequests: 1, requestUnits: 10_000, requestMessages: 2 };
  await using team = await startPage({ limits });
  const { platform, you } = team;
  const browser = await Browser.open(platform);
  const ids: string[] = [];
  for (let i = 1; i <= 5; i++) ids.push(await raise(you, `ask ${i}`));
  for (const id of ids.slice(0, 2)) await platform.respondAsPerson(id, "rejected");
  for (let i = 1; i <= 3; i++) await platform.messageAsPerson(ids[4] ?? "", `question ${i}`);
  const views = await shown(browser);
  assertEquals(views.map(({ title }) => title), ["ask 5", "ask 4", "ask 2"]);
  assertEquals(views[0]?.messages.map(({ body }) => body), ["question 2", "question 3"]);
  assertEquals(views[0]?.olderMessages, 1);

  await raise(you, "t".repeat(3_000), { detail: "d".repeat(50_000) });
  const [large, ...others] = await shown(browser);
  assertMatch(large?.title ?? "", /^t{2000}… \(1000 more characters are not shown\)$/);
  assertMatch(large?.detail ?? "", /^d{8000}… \(42000 more/);
  assertEquals(others, []);
});

Deno.test("requests: a store that was kept brings them back", async () => {
  const store = new MemoryStore();
  let ids: string[];
  {
    await using team = await startPage({}, { store });
    ids = [await raise(team.you, "open"), await raise(team.you, "closed")];
    await team.platform.respondAsPerson(ids[1] ?? "", "approved");
    await team.platform.messageAsPerson(ids[0] ?? "", "Why?");
  }
  await using team = await startPage({}, { store }, "as it is");
  const views = await shown(await Browser.open(team.platform));
  assertEquals(views.map(({ id, status }) => [id, status]), [
    [ids[0] ?? "", "info_requested"],
    [ids[1] ?? "", "approved"],
  ]);
  assertEquals(views[0]?.messages[0]?.body, "Why?");
});
