import {
  assert,
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import { answerWith, HEARTBEAT, REGISTER, Stage } from "./support.ts";

Deno.test("a token refused while it runs is reported once, without advice; a new one is picked up", async () => {
  await using stage = await Stage.make();
  await stage.presence.register(stage.signal);
  const keep = await stage.platform.createToken(stage.id); // Else any bearer would pass again.
  await stage.platform.revokeToken(stage.token);
  const beats = stage.answered(HEARTBEAT, 30);
  stage.run();
  await beats;
  const [line = "", ...others] = stage.lines;
  assertEquals([stage.presence.state, others], ["refused", []]);
  assertStringIncludes(line, `The platform refused workspace ${stage.id} (HTTP 401)`);
  assertMatch(line, /\(since .* UTC; tried: \.auth_token in /);
  assertNotMatch(line, /new token|deleted/);
  assert(!line.includes(stage.token), "The token shows");
  const registered = stage.answered(REGISTER);
  await Deno.writeTextFile(stage.tokenPath, keep, { mode: 0o600 });
  assertEquals(await (await registered).answered, 200);
  await stage.answered(HEARTBEAT);
  assertEquals(stage.presence.state, "online");
});

Deno.test("a refusal at the start is reported, heartbeats continue, and it recovers", async () => {
  for (const status of [401, 403]) {
    await using stage = await Stage.make();
    const ends = [answerWith(stage, REGISTER, status), answerWith(stage, HEARTBEAT, status)];
    const beats = stage.answered(HEARTBEAT, 3);
    stage.run();
    await beats;
    assertEquals([stage.presence.state, stage.lines.length], ["refused", 1]);
    assertEquals(stage.received(REGISTER).length, 1);
    assertEquals(stage.client.access.neverAccepted, true);
    for (const end of ends) end();
    await stage.until(() => stage.presence.state === "online");
    assertEquals(stage.client.access.neverAccepted, false);
  }
});

Deno.test("a request that never reached the platform is not blamed on the token", async () => {
  await using stage = await Stage.make();
  answerWith(stage, REGISTER, 403, "");
  await stage.presence.register(stage.signal);
  assertStringIncludes(stage.lines[0] ?? "", "check PLATFORM_URL");
  assertNotMatch(stage.lines[0] ?? "", /token was refused/);
});

Deno.test("an id that is not a UUID is reported in one line, whatever fails because of it", async () => {
  await using stage = await Stage.make({ id: "my-agent", withToken: false });
  stage.platform.faults.use(({ path }) =>
    path.startsWith("/registry/")
      ? Response.json({ error: "registration failed" }, { status: 500 })
      : undefined
  );
  const beats = stage.answered(HEARTBEAT, 5);
  stage.run();
  await beats;
  assertEquals(stage.lines.length, 1);
  assertMatch(stage.lines[0] ?? "", /my-agent is not a workspace id/);
});
