import { assertEquals, assertMatch } from "@std/assert";
import type { PlatformEvent } from "../../../src/local/start.ts";
import { act, ASK, NOBODY, raise, read, respond, toResearcher, write } from "../requests.ts";
import { startTeam } from "../support.ts";

Deno.test("requests: who hears of what", async () => {
  await using team = await startTeam();
  const { lead, researcher, platform } = team;
  const heard: [string, PlatformEvent][] = [];
  for (const [name, { id }] of [["lead", lead], ["researcher", researcher]] as const) {
    platform.onEvent(id, (event) => heard.push([name, event]));
  }
  const id = await raise(lead, toResearcher(team));
  await write(lead, id);
  await write(researcher, id);
  await respond(researcher, id, "rejected");
  const own = await raise(lead, { kind: "approval" });
  await act(lead, own, "cancel");
  const messages = platform.store.requestMessages(id, 9).map((row) => row.id);
  assertEquals(heard.map(([name, { type, data }]) => [name, type, { ...data }]), [
    ["researcher", "REQUEST_CREATED", {
      request_id: id,
      kind: "task",
      recipient_type: "agent",
      recipient_id: researcher.id,
      title: "Look",
    }],
    ["lead", "REQUEST_MESSAGE", {
      request_id: id,
      message_id: messages[0],
      author_type: "agent",
      author_id: lead.id,
    }],
    ["lead", "REQUEST_MESSAGE", {
      request_id: id,
      message_id: messages[1],
      author_type: "agent",
      author_id: researcher.id,
    }],
    ["lead", "REQUEST_RESPONDED", {
      request_id: id,
      status: "rejected",
      responder_type: "agent",
      responder_id: researcher.id,
      title: "Look",
      kind: "task",
    }],
    ["lead", "REQUEST_CREATED", {
      request_id: own,
      kind: "approval",
      recipient_type: "user",
      recipient_id: "",
      title: "Look",
    }],
  ]);
});

for (const version of ["n1", "n2"] as const) {
  Deno.test(`requests: ${version} knows nothing of them, whoever asks`, async () => {
    await using team = await startTeam({ version });
    const { lead, platform } = team;
    const path = `/workspaces/${lead.id}/requests`;
    const answers = [
      await lead.post(path, ASK),
      await lead.get(path, { Authorization: "Bearer wrong" }),
      await lead.get(`${path}/inbox`),
      await read(lead, NOBODY),
      await respond(lead, NOBODY),
    ];
    for (const { status, text } of answers) {
      assertEquals([status, text], [404, "404 page not found"]);
    }
    const { status, body } = await platform.respondAsPerson(NOBODY, "done");
    assertEquals(status, 404);
    assertMatch(String(body), /page not found/);
  });
}
