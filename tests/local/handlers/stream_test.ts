import { assert, assertEquals } from "@std/assert";
import type { PlatformEvent } from "../../../src/local/start.ts";
import { type Caller, message, startTeam } from "../support.ts";

/** Reads a workspace's event stream. */
class EventReader {
  #text = "";
  readonly #reader: ReadableStreamDefaultReader<string>;

  private constructor(readonly response: Response, readonly abort: AbortController) {
    assert(response.body);
    this.#reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  }

  static async open(caller: Caller): Promise<EventReader> {
    const abort = new AbortController();
    const response = await fetch(
      `${caller.platform.url}/workspaces/${caller.id}/events/stream`,
      { headers: { Authorization: `Bearer ${caller.token}` }, signal: abort.signal },
    );
    const events = new EventReader(response, abort);
    assertEquals(await events.block(), ": ping");
    return events;
  }

  /** The next block; undefined at the end of the stream. */
  async block(): Promise<string | undefined> {
    for (;;) {
      const end = this.#text.indexOf("\n\n");
      if (end >= 0) {
        const block = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 2);
        return block;
      }
      const { done, value } = await this.#reader.read();
      if (done) return undefined;
      this.#text += value;
    }
  }

  async event(): Promise<PlatformEvent> {
    const block = await this.block();
    assert(block !== undefined && block.startsWith("data: "), `Expected an event, got ${block}`);
    return JSON.parse(block.slice("data: ".length));
  }

  cancel(): Promise<void> {
    return this.#reader.cancel();
  }
}

Deno.test("stream: begins with a ping and has the headers of an event stream", async () => {
  await using team = await startTeam();
  const events = await EventReader.open(team.lead);
  assertEquals(events.response.headers.get("Content-Type"), "text/event-stream");
  assertEquals(events.response.headers.get("X-Accel-Buffering"), "no");
  assert(events.response.headers.has("X-RateLimit-Limit"));
  await events.cancel();
});

for (const version of ["n1", "n3"] as const) {
  Deno.test(`stream: ${version} announces a new row with its body, N3 twice`, async () => {
    await using team = await startTeam({ version });
    const { lead, researcher } = team;
    const events = await EventReader.open(researcher);
    const envelope = message("Hello", "m-1");
    await lead.post(`/workspaces/${researcher.id}/a2a`, envelope, { "X-Workspace-ID": lead.id });
    const row = {
      activity_type: "a2a_receive",
      method: "message/send",
      status: "ok",
      source_id: lead.id,
      target_id: researcher.id,
      duration_ms: null,
      request_body: envelope,
      ...(version === "n3" && { message_id: "m-1" }),
    };
    const notes = version === "n3" ? ["ingest", "queued for poll"] : ["queued for poll"];
    for (const note of notes) {
      const event = await events.event();
      assertEquals(event.type, "ACTIVITY_LOGGED");
      assertEquals(event.data, { ...row, summary: `message/send → Researcher (${note})` });
      assert(Number.isInteger(event.timestamp));
    }
    await events.cancel();
  });
}

Deno.test("stream: a person's line is announced before and after the line itself", async () => {
  await using team = await startTeam();
  const { lead, platform } = team;
  const events: PlatformEvent[] = [];
  platform.onEvent(lead.id, (event) => events.push(event));
  await platform.sendAsUser(lead.id, "Hello", [], { messageId: "m-1" });
  assertEquals(
    events.map(({ type }) => type),
    ["ACTIVITY_LOGGED", "USER_MESSAGE", "ACTIVITY_LOGGED"],
  );
  const line = { content: "Hello", message_id: "m-1", workspace_id: lead.id };
  assertEquals(events[1]?.data, line);
});

Deno.test("stream: one event can be larger than a mebibyte", async () => {
  await using team = await startTeam();
  const { lead, platform } = team;
  const events = await EventReader.open(lead);
  await platform.sendAsUser(lead.id, "ä".repeat(700_000));
  const block = await events.block() ?? "";
  assert(new TextEncoder().encode(block).length > 1024 * 1024);
  await events.cancel();
});

Deno.test("stream: notify, delegations and broadcasts write their rows without an event", async () => {
  await using team = await startTeam();
  const { lead, researcher, platform } = team;
  platform.store.updateWorkspace(lead.id, { mayBroadcast: true });
  const events: string[] = [];
  platform.onEvent(lead.id, ({ type }) => events.push(type));
  await lead.post(`/workspaces/${lead.id}/notify`, { message: "Done" });
  await lead.post(`/workspaces/${lead.id}/broadcast`, { message: "Done" });
  await lead.post(`/workspaces/${lead.id}/delegate`, { target_id: researcher.id, task: "x" });
  await platform.idle();
  assertEquals(platform.activity(lead.id).length, 4);
  assertEquals(events, ["AGENT_MESSAGE"]);
});

Deno.test("stream: carries the workspace's own events only, in order", async () => {
  await using team = await startTeam();
  const { lead, researcher } = team;
  const events = await EventReader.open(researcher);
  await lead.post("/registry/heartbeat", { workspace_id: lead.id });
  await researcher.post("/registry/heartbeat", {
    workspace_id: researcher.id,
    current_task: "Reading",
  });
  await researcher.post("/registry/update-card", { workspace_id: researcher.id, agent_card: {} });
  await researcher.post(`/workspaces/${researcher.id}/notify`, { message: "Done" });
  const types: string[] = [];
  for (let i = 0; i < 4; i++) types.push((await events.event()).type);
  assertEquals(types, [
    "WORKSPACE_HEARTBEAT",
    "TASK_UPDATED",
    "AGENT_CARD_UPDATED",
    "AGENT_MESSAGE",
  ]);
  await events.cancel();
});

Deno.test("stream: reaches everyone who listens", async () => {
  await using team = await startTeam();
  const { lead } = team;
  const both = [await EventReader.open(lead), await EventReader.open(lead)];
  assertEquals(team.platform.streamCount(lead.id), 2);
  await team.platform.sendAsUser(lead.id, "Hello");
  for (const events of both) assertEquals((await events.event()).type, "ACTIVITY_LOGGED");
  for (const events of both) await events.cancel();
});

Deno.test("stream: is closed when the platform closes", async () => {
  await using team = await startTeam();
  const events = await EventReader.open(team.lead);
  const ended = events.block().catch(() => undefined);
  await team.platform.close();
  assertEquals(await ended, undefined);
});

Deno.test("stream: is refused without the workspace's token", async () => {
  await using team = await startTeam();
  const { lead, researcher } = team;
  assertEquals((await lead.get(`/workspaces/${researcher.id}/events/stream`)).status, 401);
});
