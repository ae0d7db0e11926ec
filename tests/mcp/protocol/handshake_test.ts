import { assertEquals } from "@std/assert";
import { type ClientInfo, Handshake } from "../../../src/mcp/protocol/handshake.ts";
import { FakeTime } from "../../support/fake_time.ts";

const CLIENT = { name: "claude-code", version: "2" };

/** A handshake, and the clients that may be pushed to so far. */
function started() {
  const ready: { client: ClientInfo; gone: AbortSignal }[] = [];
  const handshake = new Handshake((client, gone) => ready.push({ client, gone }));
  return { ready, handshake };
}

for (
  const [name, first] of [["the answer", "answered"], ["the confirmation", "confirmed"]] as const
) {
  Deno.test(`a client may be pushed to a moment after both halves, ${name} being the first`, () => {
    using time = new FakeTime();
    const { ready, handshake } = started();
    const answered = handshake.begin(CLIENT);
    if (first === "answered") answered();
    else handshake.confirm();
    time.tick(60_000);
    assertEquals(ready.length, 0, "half a handshake");
    if (first === "answered") handshake.confirm();
    else answered();
    time.tick(900);
    assertEquals(ready.length, 0, "Claude Code has no handler yet");
    time.tick(100);
    assertEquals(ready.map(({ client }) => client), [CLIENT]);
    handshake.confirm();
    time.tick(60_000);
    assertEquals([ready.length, time.timers], [1, 0]);
    handshake.end();
  });
}

Deno.test("a second initialize is another client: the first is gone, and nothing of it counts", () => {
  using time = new FakeTime();
  const { ready, handshake } = started();
  handshake.begin(CLIENT)();
  handshake.confirm();
  time.tick(1_000);
  const late = handshake.begin({ name: "second", version: "" });
  assertEquals(ready[0]?.gone.aborted, true);
  handshake.confirm();
  const third = handshake.begin({ name: "third", version: "" });
  late();
  third();
  time.tick(60_000);
  assertEquals(ready.length, 1, "the third has confirmed nothing");
  handshake.confirm();
  time.tick(1_000);
  assertEquals(ready.map(({ client }) => client.name), ["claude-code", "third"]);
  assertEquals(ready[1]?.gone.aborted, false);
  handshake.end();
  assertEquals(ready[1]?.gone.aborted, true);
});

Deno.test("a client that is gone before its moment is never announced", () => {
  using time = new FakeTime();
  const { ready, handshake } = started();
  handshake.confirm(); // Before anything: it means nothing.
  handshake.begin(CLIENT)();
  handshake.confirm();
  handshake.end();
  time.tick(60_000);
  assertEquals([ready.length, time.timers], [0, 0]);
});
