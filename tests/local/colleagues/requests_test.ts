import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { subjectToDelete } from "../../../src/local/colleagues/deletions.ts";
import { isAboutRequest } from "../../../src/local/delivery/enqueue.ts";
import { startColleagues } from "../../../src/local/colleagues/start.ts";
import { type LocalPlatform, startLocalPlatform } from "../../../src/local/start.ts";
import { MemoryStore } from "../../../src/local/state/memory_store.ts";
import { createOrganisation } from "../../../src/local/team.ts";
import { raise, read } from "../requests.ts";
import { type LivingTeam, received, startLiving, until } from "./support.ts";

const ALL = { limit: 100 } as const;

/** What the colleague said to the user, oldest first. */
const saidBy = ({ platform, idOf }: LivingTeam, name: string) =>
  platform.userMessages(idOf(name)).map(({ message }) => message);

/** The contents of the notes that there are. */
const notes = ({ platform }: LivingTeam) =>
  platform.store.memories().map(({ content }) => content).sort();

/** Waits until that was asked so often from now on. */
async function asked(platform: LocalPlatform, times: number, end: string): Promise<void> {
  const count = () => platform.requests.filter(({ path }) => path.endsWith(end)).length;
  const before = count();
  await until(() => count() >= before + times);
}

/** Has the archivist note these, one after the other. */
async function noted(team: LivingTeam, ...texts: string[]): Promise<void> {
  for (const text of texts) {
    const count = saidBy(team, "Archivist").length;
    await team.platform.sendAsUser(team.idOf("Archivist"), text);
    await until(() => saidBy(team, "Archivist").length > count);
  }
}

/** Tells the archivist, and waits for the request that it raises. */
async function told(team: LivingTeam, text: string) {
  const count = team.platform.store.requests(ALL).length;
  await team.platform.sendAsUser(team.idOf("Archivist"), text);
  await until(() => team.platform.store.requests(ALL).length > count);
  const [request] = team.platform.store.requests(ALL);
  assert(request);
  return request;
}

Deno.test("the archivist asks before it deletes, and deletes what was approved", async () => {
  await using team = await startLiving();
  const { platform } = team;
  await noted(team, "the tides of May", "old maps", "tides and moon");
  assertEquals(notes(team), ["old maps", "the tides of May", "tides and moon"]);
  const request = await told(team, "Please delete the notes about tides.");
  assertEquals(
    [request.kind, request.recipientType, request.recipientId, request.title],
    ["approval", "user", "", "Delete the notes about “tides”?"],
  );
  assertStringIncludes(request.detail ?? "", "2 notes:\n– tides and moon\n– the tides of May");
  await until(() => saidBy(team, "Archivist").at(-1)?.includes("asked you for an approval"));
  assertEquals(notes(team).length, 3);
  assertEquals((await platform.respondAsPerson(request.id, "approved")).status, 200);
  await until(() => saidBy(team, "Archivist").at(-1)?.includes("I have deleted 2 notes"));
  assertEquals(notes(team), ["old maps"]);
  const [result] = platform.store.requestMessages(request.id, 9);
  assertStringIncludes(result?.body ?? "", "I have deleted 2 notes");
});

Deno.test("it hears of the decision from the platform, without a look", async () => {
  await using team = await startLiving({ lookMs: 3_600_000 });
  const { platform } = team;
  await noted(team, "old maps");
  const { id } = await told(team, "forget maps");
  await until(() => saidBy(team, "Archivist").at(-1)?.includes("asked you"));
  await platform.messageAsPerson(id, "Which ones?");
  await until(() => platform.store.requestMessages(id, 9).length === 2);
  await platform.respondAsPerson(id, "approved");
  await until(() => saidBy(team, "Archivist").at(-1)?.includes("deleted 1 note"));
});

Deno.test("it keeps them when the user says no, and answers what is asked back", async () => {
  await using team = await startLiving();
  const { platform, idOf } = team;
  await noted(team, "old maps");
  const { id } = await told(team, "forget everything");
  await platform.messageAsPerson(id, "Which ones?");
  await until(() => platform.store.requestMessages(id, 9).length === 2);
  const [, answer] = platform.store.requestMessages(id, 9);
  assertEquals(answer?.authorId, idOf("Archivist"));
  assertStringIncludes(answer?.body ?? "", "– old maps");
  await asked(platform, 3, `/requests/${id}`);
  assertEquals(platform.store.requestMessages(id, 9).length, 2);
  await platform.respondAsPerson(id, "rejected");
  await until(() => saidBy(team, "Archivist").at(-1) === "You said no: I keep the notes.");
  assertEquals(notes(team), ["old maps"]);
  assertEquals(platform.store.requestMessages(id, 9).length, 3);
});

Deno.test("a peer that wants notes deleted hears what the user decided", async () => {
  await using team = await startLiving();
  const { platform, lead, you, idOf } = team;
  await noted(team, "old maps");
  await lead.send(idOf("Archivist"), "delete the notes about maps");
  await until(() => received(platform, you.id, idOf("Archivist")).length === 1);
  const [request] = platform.store.requests(ALL);
  assertStringIncludes(request?.detail ?? "", `Agent ${you.id} wants it.`);
  await platform.respondAsPerson(request?.id ?? "", "approved");
  await until(() => received(platform, you.id, idOf("Archivist")).length === 2);
  assertStringIncludes(
    received(platform, you.id, idOf("Archivist"))[1] ?? "",
    "The user approved it: I have deleted 1 note",
  );
});

Deno.test("a reminder of the platform is no task for the archivist", async () => {
  await using team = await startLiving();
  const { platform, idOf } = team;
  const id = idOf("Archivist");
  platform.sendAsPlatform(id, "You have 1 open request", `inbox-nudge-${id}`);
  await until(() => platform.store.queuedFor(id).length === 0);
  await noted(team, "old maps");
  assertEquals(notes(team), ["old maps"]);
  const tasks = platform.requests.filter(({ path }) => path.endsWith("/heartbeat"))
    .map(({ body }) => JSON.stringify(body));
  assert(tasks.some((task) => task.includes("old maps")));
  assert(!tasks.some((task) => task.includes("open request")));
});

Deno.test("“that” is the note that was made last", async () => {
  await using team = await startLiving();
  const { platform } = team;
  await noted(team, "forget that");
  assertStringIncludes(saidBy(team, "Archivist")[0] ?? "", "forget everything");
  await noted(team, "old maps", "Where is the lighthouse?");
  const { id, title } = await told(team, "Forget that.");
  assertEquals(title, "Delete the notes about “where is the lighthouse”?");
  await platform.respondAsPerson(id, "approved");
  await until(() => saidBy(team, "Archivist").at(-1)?.includes("deleted 1 note"));
  assertEquals(notes(team), ["old maps"]);
});

Deno.test("without such notes nothing is asked, and a note that came later is kept", async () => {
  await using team = await startLiving();
  const { platform } = team;
  await noted(team, "delete the notes about maps");
  assertStringIncludes(saidBy(team, "Archivist")[0] ?? "", "nothing to delete");
  assertEquals(platform.store.requests(ALL), []);
  await noted(team, "old maps");
  const { id } = await told(team, "delete maps");
  await until(() => saidBy(team, "Archivist").length === 3);
  await noted(team, "new maps", "forget the maps");
  assertStringIncludes(saidBy(team, "Archivist").at(-1) ?? "", "already");
  assertEquals(platform.store.requests(ALL).length, 1);
  await platform.respondAsPerson(id, "approved");
  await until(() => saidBy(team, "Archivist").at(-1)?.includes("deleted 1 note"));
  assertEquals(notes(team), ["new maps"]);
});

Deno.test("what is decided while it is away is done when it is there again, once", async () => {
  const store = new MemoryStore();
  let id = "";
  {
    await using team = await startLiving({}, { store });
    await noted(team, "old maps");
    id = (await told(team, "forget maps")).id;
  }
  await using platform = await startLocalPlatform({ store, allowLoopbackUrls: true });
  await platform.respondAsPerson(id, "approved");
  const { colleagues: members } = await createOrganisation(platform);
  const quick = { lookMs: 20, heartbeatMs: 20 };
  for (let run = 1; run <= 2; run++) {
    const read = platform.nextRequest(({ path }) => path.endsWith(`/requests/${id}`));
    await using _colleagues = await startColleagues(platform, members, quick);
    await read;
    await until(() => platform.userMessages(members[2]?.id ?? "").length > 0);
    await asked(platform, 20, "/heartbeat");
  }
  assertEquals(store.memories(), []);
  assertEquals(store.requestMessages(id, 9).length, 1);
  assertEquals(platform.userMessages(members[2]?.id ?? "").length, 1);
});

Deno.test("the researcher does a task that another agent gives it, and decides nothing", async () => {
  await using team = await startLiving();
  const { lead, you, idOf, platform } = team;
  const to = { recipient_type: "agent", recipient_id: idOf("Researcher") };
  const known = await raise(lead, { ...to, title: "How far is Mars?" });
  const unknown = await raise(lead, { ...to, title: "Who was Ada?" });
  const approval = await raise(lead, { ...to, kind: "approval", title: "May I?" });
  const ids = [known, unknown, approval];
  await until(() => ids.every((id) => platform.store.request(id)?.respondedAt));
  const seen = await Promise.all(ids.map(async (id) => {
    const { request, messages } = JSON.parse((await read(lead, id)).text);
    return [request.status, messages.length, messages[0].body.slice(0, 16)];
  }));
  assertEquals(seen, [
    ["done", 1, "Mars is 228 mill"],
    ["rejected", 1, "My small almanac"],
    ["rejected", 1, "I look things up"],
  ]);
  await until(() => platform.workspace(idOf("Researcher"))?.activeTasks === 0);
  assertEquals(platform.store.requests({ ...ALL, requesterId: you.id }).length, 3);
});

Deno.test("an answer that did not get through is given again, and its words are not", async () => {
  await using team = await startLiving();
  const { lead, idOf, platform } = team;
  let failures = 3;
  const off = platform.faults.use(({ path }) =>
    path.endsWith("/respond") && failures-- > 0 ? new Response(null, { status: 503 }) : undefined
  );
  const to = { recipient_type: "agent", recipient_id: idOf("Researcher") };
  const id = await raise(lead, { ...to, title: "How far is Mars?" });
  await until(() => platform.store.request(id)?.status === "done");
  off();
  assertEquals(platform.store.requestMessages(id, 9).length, 1);
});

Deno.test("what is to be deleted is read out of plain words", () => {
  const wishes = {
    "delete the notes about tides": "tides",
    "Please forget  old\nmaps!": "maps",
    "Remove theory notes.": "theory",
    "forget everything": "",
    "delete all notes": "",
    "What did you delete?": undefined,
    "deleted": undefined,
    [`delete ${" ".repeat(100_000)}x`]: "",
  };
  for (const [text, subject] of Object.entries(wishes)) {
    assertEquals([text, subjectToDelete(text)], [text, subject]);
  }
  assert(isAboutRequest("request-responded:x") && isAboutRequest("request-message:x"));
  assert(!isAboutRequest("x"));
});
