import { assert, assertEquals } from "@std/assert";
import type { PlatformEvent } from "../../src/local/platform.ts";
import { type Caller, startTeam } from "./support.ts";

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

Deno.test("stream: a new row of the activity log is announced without its body", async () => {
  await using team = await startTeam();
  const { lead, researcher } = team;
  const events = await EventReader.open(researcher);
  await lead.send(researcher.id, "Hello");
  const event = await events.event();
  assertEquals(event.type, "ACTIVITY_LOGGED");
  assertEquals(event.data, {
    activity_type: "a2a_receive",
    method: "message/send",
    summary: "Lead → Researcher",
    status: "ok",
    source_id: lead.id,
    target_id: researcher.id,
    duration_ms: null,
  });
  assertEquals(Number.isInteger(event.timestamp), true);
  await events.cancel();
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
  for (let i = 0; i < 5; i++) types.push((await events.event()).type);
  assertEquals(types, [
    "WORKSPACE_HEARTBEAT",
    "TASK_UPDATED",
    "AGENT_CARD_UPDATED",
    "AGENT_MESSAGE",
    "ACTIVITY_LOGGED",
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
