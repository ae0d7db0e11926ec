import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { lookUp, UNKNOWN } from "../../../src/local/colleagues/almanac.ts";
import { TAKEN } from "../../../src/local/colleagues/archivist.ts";
import {
  MOST_IN_A_ROW,
  REST_NOTE,
  SenderLimit,
} from "../../../src/local/colleagues/sender_limit.ts";
import { Caller } from "../support.ts";
import { received, startLiving, until } from "./support.ts";

Deno.test("the colleagues are online, two of them called and one that polls", async () => {
  await using team = await startLiving();
  const seen = team.colleagues.members.map(({ id, name }) =>
    `${name} ${team.platform.status(id)} ${team.platform.workspace(id)?.deliveryMode}`
  );
  assertEquals(seen, ["Echo online push", "Researcher online poll", "Archivist online push"]);
});

Deno.test("a peer that asks is answered: at once, by a message, and by a message after the work", async () => {
  await using team = await startLiving();
  const { platform, lead, you, idOf } = team;
  assertStringIncludes((await lead.send(idOf("Echo"), "Hello")).text, "Echo: Hello");

  assertStringIncludes((await lead.send(idOf("Researcher"), "How far is Mars?")).text, "poll");
  const found = await until(() => received(platform, you.id, idOf("Researcher"))[0]);
  assertStringIncludes(found, "228 million km");

  assertStringIncludes((await lead.send(idOf("Archivist"), "old maps")).text, TAKEN);
  const result = await until(() => received(platform, you.id, idOf("Archivist"))[0]);
  assertStringIncludes(result, "old maps");
});

Deno.test("the user who writes is answered once, in the chat", async () => {
  await using team = await startLiving();
  const { platform, idOf } = team;
  const questions = { Echo: "Hi", Researcher: "capital of Kenya?", Archivist: "letters" };
  const answers = { Echo: "Echo: Hi", Researcher: "Nairobi", Archivist: "letters" };
  for (const [name, text] of Object.entries(questions)) {
    assert((await platform.sendAsUser(idOf(name), text)).status < 300);
  }
  for (const [name, text] of Object.entries(answers)) {
    await until(() => platform.userMessages(idOf(name)).length > 0);
    const messages = platform.userMessages(idOf(name)).map(({ message }) => message);
    assertEquals(messages.length, 1);
    assertStringIncludes(messages[0] ?? "", text);
  }
});

Deno.test("who calls the busy one is queued, and gets the result later; its work shows", async () => {
  await using team = await startLiving({ workMs: 400 });
  const { platform, lead, you, idOf } = team;
  const id = idOf("Archivist");
  const tasks = new Set<string>();
  const end = platform.onEvent(id, ({ type, data }) => {
    if (type === "TASK_UPDATED") tasks.add(JSON.stringify(data));
  });
  await lead.send(id, "first");
  const second = await lead.send(id, "second");
  assertEquals(second.status, 202);
  assertStringIncludes(second.text, "workspace agent busy");
  assertEquals(platform.workspace(id)?.activeTasks, 1);
  await until(() => received(platform, you.id, id).length === 2);
  await until(() => platform.workspace(id)?.activeTasks === 0);
  end();
  assert(tasks.size >= 6, [...tasks].join());
  assertMatch([...tasks].join(), /Shelf 3 of 3: second/);
});

Deno.test("colleagues that write to each other do not loop", async () => {
  await using team = await startLiving();
  const { platform, idOf } = team;
  const [researcher, archivist] = [idOf("Researcher"), idOf("Archivist")];
  const as = async (id: string) => new Caller(platform, id, await platform.createToken(id));
  await (await as(archivist)).send(researcher, "the moon?");
  await (await as(researcher)).send(archivist, "old maps");
  await until(() => received(platform, archivist, researcher).length >= 2);
  await until(() => received(platform, researcher, archivist).length >= 2);
  await platform.idle();
  platform.clearRequests();
  await until(() =>
    platform.requests.filter(({ path }) => path.endsWith(`${researcher}/activity`)).length >= 5
  );
  assertEquals(platform.requests.filter(({ path }) => path.endsWith("/a2a")), []);
  assertEquals(received(platform, archivist, researcher).length, 2);
});

Deno.test("an agent that answers every answer comes to an end", async () => {
  await using team = await startLiving();
  const { platform, lead, you, idOf } = team;
  const id = idOf("Researcher");
  await lead.send(id, "tides?");
  for (let answers = 1; answers <= MOST_IN_A_ROW; answers++) {
    await until(() => received(platform, you.id, id).length >= answers);
    await lead.send(id, "Thank you! tides?");
  }
  assertStringIncludes(received(platform, you.id, id).at(-1) ?? "", REST_NOTE);
  const rows = platform.activity(id).length;
  const seq = platform.activity(id)[rows - 1]?.seq ?? 0;
  await until(() => platform.acknowledgedSeq(id) >= seq);
  assertEquals(received(platform, you.id, id).length, MOST_IN_A_ROW);
});

Deno.test("a sender that was quiet is answered again", () => {
  let nowMs = 0;
  const limit = new SenderLimit(() => nowMs);
  for (let i = 1; i < MOST_IN_A_ROW; i++) assertEquals(limit.next("a"), "answer");
  assertEquals(limit.next("a"), "last answer");
  nowMs += 29_999;
  assertEquals([limit.next("a"), limit.next("b")], ["rest", "answer"]);
  nowMs += 30_000;
  assertEquals(limit.next("a"), "answer");
});

Deno.test("only the platform may call a colleague", async () => {
  await using team = await startLiving();
  const { platform, idOf } = team;
  const url = platform.workspace(idOf("Echo"))?.url ?? "";
  for (const headers of [new Headers(), new Headers({ Authorization: "Bearer wrong" })]) {
    const response = await fetch(url, { method: "POST", body: "{}", headers });
    assertEquals([response.status, await response.json()], [401, {
      error: "only the platform may call",
    }]);
  }
});

Deno.test("what was asked while the platform was in trouble is answered afterwards", async () => {
  await using team = await startLiving();
  const { platform, lead, you, idOf } = team;
  const id = idOf("Researcher");
  const faults = [
    () => platform.faults.database(),
    () =>
      platform.faults.use(({ path }) =>
        path === "/x" ? undefined : Response.json({}, { status: 401 })
      ),
    () => platform.faults.use(() => "drop"),
  ];
  for (const [at, fault] of faults.entries()) {
    await lead.send(id, "How far is Mars?");
    const off = fault();
    platform.clearRequests();
    await until(() => platform.requests.length > 3);
    off();
    await until(() => received(platform, you.id, id).length > at);
  }
  assertEquals(platform.store.liveTokens(id).length, 1); // A token that lives is not replaced.
});

Deno.test("a colleague whose token was revoked goes on with a new one", async () => {
  await using team = await startLiving();
  const { platform, lead, you, idOf } = team;
  for (const { id } of team.colleagues.members) platform.revokeTokens(id);
  await lead.send(idOf("Researcher"), "How far is Mars?");
  await until(() => received(platform, you.id, idOf("Researcher")).length > 0);
  await platform.sendAsUser(idOf("Echo"), "Hi");
  await until(() => platform.userMessages(idOf("Echo")).length > 0);
});

Deno.test("what the almanac knows, and what it says when it does not", () => {
  assertEquals(
    lookUp("What is the capital of New Zealand?"),
    "The capital of New Zealand is Wellington.",
  );
  assertEquals(lookUp("Of which country is Oslo?"), "Oslo is the capital of Norway.");
  assertStringIncludes(lookUp("how long is a NAUTICAL MILE?"), "1,852 m");
  assertEquals(lookUp("marsupials"), UNKNOWN);
  assertEquals(lookUp(""), UNKNOWN);
});
