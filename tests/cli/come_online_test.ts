import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { comeOnline } from "../../src/cli/come_online.ts";
import { Log } from "../../src/safety/log.ts";
import { answerWith, HEARTBEAT, REGISTER, Stage } from "../presence/support.ts";

/** What comeOnline tells itself; each presence has its own lines. */
function logOf(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const log = new Log({
    write: (line) => lines.push(line),
    scrubber: { scrub: (text) => text },
    verbose: false,
  });
  return { log, lines };
}

Deno.test("every workspace comes online at its own platform, and beats until the end", async () => {
  await using one = await Stage.make();
  await using two = await Stage.make();
  const { log, lines } = logOf();
  const ending = new AbortController();
  const beats = Promise.all([one.answered(HEARTBEAT, 3), two.answered(HEARTBEAT, 3)]);
  const online = comeOnline([one.presence, two.presence], log, ending.signal);
  await beats;
  assertEquals([one.presence.state, two.presence.state, lines], ["online", "online", []]);
  for (const stage of [one, two]) {
    const requests = [...stage.received(REGISTER), ...stage.received(HEARTBEAT)];
    assert(requests.every(({ headers }) => headers.authorization === `Bearer ${stage.token}`));
    assert(requests.every(({ workspaceId }) => workspaceId === stage.id));
  }
  ending.abort();
  assertEquals(await online, "ended");
});

Deno.test("one that is refused is told, and does not stop the other", async () => {
  await using good = await Stage.make();
  await using bad = await Stage.make();
  const restore = answerWith(bad, REGISTER, 401);
  const alsoBeats = answerWith(bad, HEARTBEAT, 401);
  const { log, lines } = logOf();
  const ending = new AbortController();
  const beats = Promise.all([good.answered(HEARTBEAT, 3), bad.answered(HEARTBEAT, 3)]);
  const online = comeOnline([bad.presence, good.presence], log, ending.signal);
  await beats;
  assertEquals([good.presence.state, bad.presence.state], ["online", "refused"]);
  assertEquals(lines.length, 1);
  for (const part of [bad.id, "401", "Tokens tab", "MOLECULE_WORKSPACE_TOKEN"]) {
    assertStringIncludes(lines[0] ?? "", part);
  }
  restore();
  alsoBeats();
  await bad.until(() => bad.presence.state === "online");
  ending.abort();
  assertEquals(await online, "ended");
});

Deno.test("a refused one does not wait for a platform that hangs to be told", async () => {
  await using bad = await Stage.make();
  await using hanging = await Stage.make();
  answerWith(bad, REGISTER, 403);
  hanging.platform.faults.use(() => "hang");
  const told = Promise.withResolvers<string>();
  const log = new Log({
    write: told.resolve,
    scrubber: { scrub: (text) => text },
    verbose: false,
  });
  const ending = new AbortController();
  const online = comeOnline([hanging.presence, bad.presence], log, ending.signal);
  assertStringIncludes(await told.promise, bad.id);
  ending.abort();
  await online;
});

Deno.test("when all are refused that is the outcome, and nobody beats", async () => {
  await using one = await Stage.make();
  await using two = await Stage.make();
  answerWith(one, REGISTER, 401);
  answerWith(two, REGISTER, 403);
  const { log, lines } = logOf();
  const outcome = await comeOnline([one.presence, two.presence], log, new AbortController().signal);
  assertEquals(outcome, "refused");
  assertEquals(lines.length, 2);
  assertEquals([...one.received(HEARTBEAT), ...two.received(HEARTBEAT)], []);
});

Deno.test("a request that never reached the platform is not blamed on the token", async () => {
  await using stage = await Stage.make();
  answerWith(stage, REGISTER, 403, "");
  const { log, lines } = logOf();
  await comeOnline([stage.presence], log, new AbortController().signal);
  assertStringIncludes(lines[0] ?? "", "check PLATFORM_URL");
  assert(!lines[0]?.includes("its token is wrong"));
});

Deno.test("a platform that is down is no refusal", async () => {
  await using stage = await Stage.make();
  stage.platform.faults.use(() => "drop");
  const ending = new AbortController();
  const online = comeOnline([stage.presence], logOf().log, ending.signal);
  await stage.told("Heartbeat for workspace");
  ending.abort();
  assertEquals(await online, "ended");
});
