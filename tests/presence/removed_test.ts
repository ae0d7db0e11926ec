import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { PresenceState } from "../../src/presence/presence_options.ts";
import { answerWith, HEARTBEAT, REGISTER, Stage } from "./support.ts";

Deno.test("a workspace that is removed while it beats is reported once, and left alone", async () => {
  await using stage = await Stage.make();
  const beats = stage.answered(HEARTBEAT, 2);
  stage.run();
  await beats;
  stage.platform.removeWorkspace(stage.id);
  const line = await stage.told("was removed from the platform");
  assertStringIncludes(line, stage.id);
  // Two more looks at its record say the same.
  await stage.answered(`/workspaces/${stage.id}`, 2);
  assertEquals(stage.presence.state, "removed");
  assertEquals(stage.lines, [line]);
  assertEquals(stage.received(REGISTER).length, 1);
  assert(await Deno.readTextFile(stage.tokenPath) === stage.token, "The token was replaced");
});

Deno.test("a removed workspace is reported once, whether a refused heartbeat or a look finds it", async () => {
  await using stage = await Stage.make();
  await stage.presence.register(stage.signal);
  answerWith(stage, HEARTBEAT, 401);
  stage.platform.removeWorkspace(stage.id);
  stage.run();
  const line = await stage.told("was removed from the platform");
  assertEquals(stage.presence.state, "removed");
  await stage.answered(`/workspaces/${stage.id}`, 2);
  await stage.answered(HEARTBEAT, 2);
  assertEquals(stage.lines, [line]);
});

Deno.test("a removed workspace is not registered when its refused beats are accepted again", async () => {
  await using stage = await Stage.make();
  await stage.presence.register(stage.signal);
  const accept = answerWith(stage, HEARTBEAT, 401);
  stage.run();
  await stage.told("was refused (since");
  stage.platform.removeWorkspace(stage.id);
  accept();
  await stage.told("was removed from the platform");
  await stage.answered(HEARTBEAT, 2);
  assertEquals([stage.presence.state, stage.received(REGISTER).length], ["removed", 1]);
});

Deno.test("a removed workspace whose registration failed is not registered again", async () => {
  await using stage = await Stage.make();
  const end = answerWith(stage, REGISTER, 503);
  stage.platform.removeWorkspace(stage.id);
  stage.run();
  await stage.told("was removed from the platform");
  end();
  const before = stage.received(REGISTER).length;
  await stage.answered(HEARTBEAT, 3);
  assertEquals(stage.received(REGISTER).length, before);
});

Deno.test("a removed workspace that is there again is online again", async () => {
  await using stage = await Stage.make();
  await stage.presence.register(stage.signal);
  const restore = answerWith(stage, `/workspaces/${stage.id}`, 410, '{"hint": "Gone \\u001b[1m"}');
  stage.run();
  assertStringIncludes(await stage.told("was removed"), "Gone");
  assert(!stage.lines.join("").includes("\u001b"), "A control character shows");
  restore();
  const looked = stage.answered(`/workspaces/${stage.id}`);
  await looked;
  await stage.answered(HEARTBEAT, 2);
  assertEquals(stage.presence.state, "online");
});

for (const status of [404, 410]) {
  Deno.test(`a beat answered with ${status} registers the workspace again`, async () => {
    await using stage = await Stage.make();
    await stage.presence.register(stage.signal);
    const end = answerWith(stage, HEARTBEAT, status);
    const registered = stage.answered(REGISTER);
    stage.run();
    await registered;
    end();
    await stage.answered(HEARTBEAT, 2);
    assertEquals([stage.presence.state, stage.lines], ["online", []]);
  });
}

Deno.test("a workspace that the platform has forgotten is registered again and gets its token", async () => {
  await using stage = await Stage.make({ withToken: false });
  await Deno.writeTextFile(stage.tokenPath, "tok-from-before-the-reset", { mode: 0o600 });
  // The first registration is lost, so that only the look at the record finds nothing.
  const end = answerWith(stage, REGISTER, 200, "{}");
  const looked = stage.answered(`/workspaces/${stage.id}`);
  stage.run();
  await looked;
  end();
  await stage.told("issued a new one");
  await stage.answered(HEARTBEAT);
  assertEquals([stage.presence.state, stage.platform.status(stage.id)], ["online", "online"]);
  assert(await Deno.readTextFile(stage.tokenPath) !== "tok-from-before-the-reset");
});

Deno.test("a record that cannot be read is reported once, and heartbeats continue", async () => {
  await using stage = await Stage.make();
  answerWith(stage, `/workspaces/${stage.id}`, 500);
  const looks = stage.answered(`/workspaces/${stage.id}`, 3);
  stage.run();
  await looks;
  await stage.told("Checking workspace");
  assertEquals([stage.presence.state, stage.lines.length], ["online", 1]);
});

Deno.test("a removal that another call meets is reported at the next heartbeat", async () => {
  await using stage = await Stage.make({ intervalMs: 50 });
  await stage.presence.register(stage.signal);
  // Beats of a removed workspace are answered 200, and its record is looked at every 15th beat.
  const beats = stage.answered(HEARTBEAT, 2);
  stage.run();
  await beats;
  stage.platform.removeWorkspace(stage.id);
  await stage.client.request({
    method: "GET",
    path: ["workspaces", stage.id, "activity"],
    timeoutMs: 10_000,
  }).catch(() => {}); // That it fails is what matters.
  const before = stage.received(HEARTBEAT).length;
  await stage.told("was removed from the platform");
  assert(stage.received(HEARTBEAT).length - before <= 2);
});

Deno.test("each change of the state is told once, and the record whenever it was read", async () => {
  const states: PresenceState[] = [];
  const names: unknown[] = [];
  await using stage = await Stage.make({
    onState: (state) => states.push(state),
    onRecord: ({ name }) => names.push(name),
  });
  const beats = stage.answered(HEARTBEAT, 3);
  stage.run();
  await beats;
  assertEquals([states, names[0]], [["online"], "Ada"]);
  stage.platform.removeWorkspace(stage.id);
  await stage.told("was removed from the platform");
  assertEquals(states, ["online", "removed"]);
});
